using System.Globalization;

namespace TcpDemo.Tests.Infrastructure.Browser;

/// <summary>What a page of SideBySide shows in its current step.</summary>
public sealed class SteppedPage(HeadlessBrowser browser)
{
    /// <summary>The number of the current step.</summary>
    public async Task<int> StepAsync() =>
        int.Parse(await browser.RunAsync<string>("document.getElementById('position').value"),
            CultureInfo.InvariantCulture);

    /// <summary>The number of the last step.</summary>
    public async Task<int> LastAsync() => await browser.RunAsync<int>("run.steps.length - 1");

    /// <summary>The highlighted state of each diagram, from left to right.</summary>
    public Task<string[]> StatesAsync() => browser.RunAsync<string[]>(
        "[...document.querySelectorAll('.end')].map(e => [...e.querySelectorAll('.state.current text')]"
        + ".map(t => t.textContent.replace('▸ ', '')).join())");

    /// <summary>The text of an element; empty if it is not visible.</summary>
    public Task<string> TextAsync(string selector) => browser.RunAsync<string>(
        $"(e => e?.checkVisibility() ? e.innerText : '')(document.querySelector({HeadlessBrowser.Quote(selector)}))");

    /// <summary>
    /// Goes through all steps, and returns the states of each end in order. A state that lasts for several steps is
    /// returned once.
    /// </summary>
    public async Task<IReadOnlyList<IReadOnlyList<string>>> WalkAsync()
    {
        await browser.PressAsync("Home");
        List<string>[] paths = [.. (await StatesAsync()).Select(s => new List<string> { s })];
        for (int last = await LastAsync(), i = 1; i <= last; i++)
        {
            await browser.PressAsync("ArrowRight");
            Assert.Equal(i, await StepAsync());
            string[] states = await StatesAsync();
            for (int end = 0; end < states.Length; end++)
                if (paths[end][^1] != states[end]) paths[end].Add(states[end]);
        }

        return paths;
    }

    /// <summary>The texts that the edges of a picture cut off; empty for none.</summary>
    public Task<string> ClippedTextsAsync() => browser.RunAsync<string>("""
        [...document.querySelectorAll('svg')].flatMap(svg => {
          const [left, top, width, height] = svg.getAttribute('viewBox').split(' ').map(Number);
          return [...svg.querySelectorAll('text')].filter(text => {
            const box = text.getBBox();
            const isHidden = box.width === 0;
            return !isHidden && (box.x < left - 1 || box.y < top - 1 || box.x + box.width > left + width + 1
              || box.y + box.height > top + height + 1);
          }).map(text => text.textContent);
        }).join('; ')
        """);

    /// <summary>Whether the page is at most as wide as the window.</summary>
    public Task<bool> FitsAsync() =>
        browser.RunAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth");
}
