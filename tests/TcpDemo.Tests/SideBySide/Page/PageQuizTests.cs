using TcpDemo.Tests.Infrastructure.Browser;

namespace TcpDemo.Tests.SideBySide.Page;

/// <summary>The quiz has questions about the next state, and counts the answers.</summary>
[Trait("Tier", "Long")]
public sealed class PageQuizTests
{
    [ConditionalFact(Needs.KernelTrace | Needs.PacketCapture, HeadlessBrowser.Program)]
    public async Task TheQuizHidesTheNextStateAndCountsRightAndWrong()
    {
        using TemporaryFolder folder = new();
        string file = await PageFile.WriteAsync(folder, "--port", "0");
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        var page = new SteppedPage(browser);
        await browser.OpenAsync(file);
        await browser.ClickAsync("#ask");
        Assert.Equal(0, await page.StepAsync());
        Assert.Contains("Which state is the client in afterwards? Before, it is in CLOSED.",
            await page.TextAsync("#quiz"), StringComparison.Ordinal);
        Assert.Equal(["CLOSED", "LISTEN"], await page.StatesAsync());
        await browser.RunAsync<object>("move(5)");
        Assert.Equal((0, "#step=0"), (await page.StepAsync(), await browser.RunAsync<string>("location.hash")));
        Assert.Equal("0 right, 0 wrong", await page.TextAsync("#score"));

        await browser.ClickAsync("#quiz [data-choice=Listen]");
        Assert.Contains("✗ No: the client is in SYN-SENT (active OPEN / snd SYN).", await page.TextAsync("#quiz"),
            StringComparison.Ordinal);
        Assert.Equal((1, "0 right, 1 wrong"), (await page.StepAsync(), await page.TextAsync("#score")));

        int questions = 1;
        while (await page.StepAsync() < await page.LastAsync())
        {
            await browser.ClickAsync("#next");
            while (await browser.RunAsync<bool>("quiz.target !== null"))
            {
                string right = await browser.RunAsync<string>(
                    "run.steps[quiz.target].ends[openQuestion(quiz.target)].state");
                await browser.ClickAsync($"#quiz [data-choice={right}]");
                questions++;
            }

            Assert.Contains(" wrong", await page.TextAsync("#score"), StringComparison.Ordinal);
        }

        Assert.Equal("next", await browser.RunAsync<string>("document.activeElement.id"));
        Assert.Equal(8, questions);
        Assert.Equal(["TIME-WAIT", "CLOSED"], await page.StatesAsync());
        Assert.Equal("7", await browser.RunAsync<string>("String(quiz.right)"));
        Assert.Empty(browser.Problems);
    }

    [ConditionalFact(Needs.KernelTrace | Needs.PacketCapture, HeadlessBrowser.Program)]
    public async Task TheQuizBeginsWithTheNextQuestionOrAfterTheLastOneAgain()
    {
        using TemporaryFolder folder = new();
        string file = await PageFile.WriteAsync(folder, "--port", "0");
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        var page = new SteppedPage(browser);
        await browser.OpenAsync(file);
        await browser.ClickAsync(".end.client [data-state=Established]");
        await browser.ClickAsync("#ask");
        Assert.Contains("Which state is the client in afterwards? Before, it is in ESTABLISHED.",
            await page.TextAsync("#quiz"), StringComparison.Ordinal);
        await browser.ClickAsync("#ask");
        await browser.PressAsync("End");
        await browser.ClickAsync("#ask");
        Assert.Equal(0, await page.StepAsync());
        Assert.Contains("Which state is the client in afterwards?", await page.TextAsync("#quiz"),
            StringComparison.Ordinal);
        Assert.Empty(browser.Problems);
    }
}
