using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TcpDemo.Tests.Infrastructure.Browser;

/// <summary>The process of a headless Chromium, with a temporary profile.</summary>
internal sealed partial class BrowserProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _profile = new();
    private readonly Process _process;
    private Task _draining = Task.CompletedTask;

    /// <summary>Starts it.</summary>
    public BrowserProcess(string program) => _process = Process.Start(new ProcessStartInfo(program,
        ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
            $"--user-data-dir={_profile / "profile"}", "about:blank"])
    {
        RedirectStandardError = true,
        RedirectStandardOutput = true,
    })!;

    /// <summary>The DevTools address of its only tab.</summary>
    public async Task<Uri> TabAsync()
    {
        string port = await PortAsync().WithTimeout();
        _draining = Task.WhenAll(
            _process.StandardError.ReadToEndAsync(), _process.StandardOutput.ReadToEndAsync());
        using var http = new HttpClient();
        Uri? tab = null;
        await Eventually.BecomesTrueAsync(async () =>
        {
            using var tabs =
                JsonDocument.Parse(await http.GetStringAsync($"http://127.0.0.1:{port}/json").WithTimeout());
            tab = tabs.RootElement.EnumerateArray().Where(t => t.GetProperty("type").GetString() == "page")
                .Select(t => new Uri(t.GetProperty("webSocketDebuggerUrl").GetString()!)).FirstOrDefault();
            return tab is not null;
        });
        return tab!;
    }

    // The browser writes its port to its error output.
    private async Task<string> PortAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } listening) return listening.Groups[1].Value;
        }

        throw new InvalidOperationException("the browser has ended");
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WithTimeout();
        await _draining.WithTimeout();
        _process.Dispose();
        _profile.Dispose();
    }

    [GeneratedRegex(@"ws://127\.0\.0\.1:(\d+)/")]
    private static partial Regex Listening();
}
