using System.Text.Json;
using System.Text.Json.Nodes;

namespace TcpDemo.Tests.Infrastructure.Browser;

/// <summary>A headless Chromium with one tab.</summary>
public sealed class HeadlessBrowser : IAsyncDisposable
{
    /// <summary>The program.</summary>
    public const string Program = "chromium";

    private readonly BrowserProcess _process = new(Program);
    private DevTools _tab = null!;

    private HeadlessBrowser()
    {
    }

    /// <summary>The exceptions, console messages and dialogs so far.</summary>
    public IReadOnlyList<string> Problems => _tab.Problems;

    /// <summary>Starts the browser.</summary>
    public static async Task<HeadlessBrowser> StartAsync()
    {
        var browser = new HeadlessBrowser();
        try
        {
            browser._tab = await DevTools.ConnectAsync(await browser._process.TabAsync());
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a file, at a width in pixels, with an optional fragment such as <c>#step=7</c>.</summary>
    public async Task OpenAsync(string file, int width = 1280, string fragment = "")
    {
        await _tab.CallAsync("Emulation.setDeviceMetricsOverride", new JsonObject
        {
            ["width"] = width,
            ["height"] = 900,
            ["deviceScaleFactor"] = 1,
            ["mobile"] = width < 600,
        });
        // If only the fragment changed, the file would not be loaded again.
        foreach (string address in (string[])["about:blank", new Uri(file).AbsoluteUri + fragment])
        {
            await _tab.CallAsync("Page.navigate", new JsonObject { ["url"] = address });
            await Eventually.BecomesTrueAsync(async () => await RunAsync<string>("location.href") is { } now
                && now.Split('#')[0] == address.Split('#')[0]
                && await RunAsync<string>("document.readyState") == "complete");
        }
    }

    /// <summary>Evaluates a JavaScript expression.</summary>
    public async Task<T> RunAsync<T>(string expression)
    {
        JsonElement result = await _tab.CallAsync("Runtime.evaluate", new JsonObject
        {
            ["expression"] = expression,
            ["returnByValue"] = true,
        });
        Assert.False(result.TryGetProperty("exceptionDetails", out JsonElement thrown), $"{expression}: {thrown}");
        return result.GetProperty("result").TryGetProperty("value", out JsonElement value)
            ? value.Deserialize<T>()!
            : default!;
    }

    /// <summary>Clicks on the middle of an element.</summary>
    public async Task ClickAsync(string selector)
    {
        double[] at = await RunAsync<double[]>($"(() => {{ const e = document.querySelector({Quote(selector)}); "
            + "e.scrollIntoView({ block: 'center' }); const r = e.getBoundingClientRect(); "
            + "return [r.x + r.width / 2, r.y + r.height / 2]; })()");
        foreach (string kind in (string[])["mousePressed", "mouseReleased"])
        {
            await _tab.CallAsync("Input.dispatchMouseEvent", new JsonObject
            {
                ["type"] = kind,
                ["x"] = at[0],
                ["y"] = at[1],
                ["button"] = "left",
                ["clickCount"] = 1,
            });
        }
    }

    /// <summary>Presses a key.</summary>
    public async Task PressAsync(string key)
    {
        int code = key switch
        {
            "ArrowRight" => 39,
            "ArrowLeft" => 37,
            "Home" => 36,
            "End" => 35,
            "Enter" => 13,
            _ => throw new ArgumentException($"the key {key} has no code here"),
        };
        foreach (string kind in (string[])["keyDown", "keyUp"])
        {
            var parameters = new JsonObject
            {
                ["type"] = kind,
                ["key"] = key,
                ["code"] = key,
                ["windowsVirtualKeyCode"] = code,
            };
            if (key == "Enter") parameters["text"] = "\r";
            await _tab.CallAsync("Input.dispatchKeyEvent", parameters);
        }
    }

    /// <summary>Takes a picture of the visible part as PNG.</summary>
    public async Task<byte[]> PictureAsync() =>
        (await _tab.CallAsync("Page.captureScreenshot")).GetProperty("data").GetBytesFromBase64();

    /// <summary>Prints the page as PDF.</summary>
    public async Task<byte[]> PrintAsync() =>
        (await _tab.CallAsync("Page.printToPDF")).GetProperty("data").GetBytesFromBase64();

    /// <summary>Emulates a medium such as <c>print</c>. An empty text restores the screen.</summary>
    public Task EmulateMediaAsync(string media) =>
        _tab.CallAsync("Emulation.setEmulatedMedia", new JsonObject { ["media"] = media });

    /// <summary>Allows or forbids scripts in the pages that are opened later.</summary>
    public Task AllowScriptsAsync(bool allowed) =>
        _tab.CallAsync("Emulation.setScriptExecutionDisabled", new JsonObject { ["value"] = !allowed });

    /// <summary>A text as JavaScript.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text);

    public async ValueTask DisposeAsync()
    {
        _tab?.Dispose();
        await _process.DisposeAsync();
    }
}
