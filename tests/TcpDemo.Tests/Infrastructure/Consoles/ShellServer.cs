using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using SideBySide.Running;
using SideBySide.Tools;

namespace TcpDemo.Tests.Infrastructure.Consoles;

/// <summary>EchoServer started by a shell command, which may set a limit or redirect its output.</summary>
public sealed partial class ShellServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output, _errors;

    private ShellServer(Process process, bool read)
    {
        _process = process;
        _output = read ? process.StandardOutput.ReadToEndAsync() : Task.FromResult("");
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.Loopback, 0);

    public bool HasEnded => _process.HasExited;

    /// <summary>
    /// The server's standard output. Read it only if <c>read</c> was false in <see cref="StartAsync"/>.
    /// </summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Starts it on a free port and waits until it listens.</summary>
    /// <param name="line">
    /// The shell command, in which <c>EchoServer</c> is replaced by the program with its port option. It must end with
    /// an <c>exec</c>, so that the server has the process id of the shell.
    /// </param>
    /// <param name="read">Whether <see cref="StopAsync"/> returns the server's standard output.</param>
    public static async Task<ShellServer> StartAsync(string line, bool read = true)
    {
        string command = line.Replace("EchoServer", $"'{Programs.Ours("EchoServer")}' --port 0 --stop-with-stdin",
            StringComparison.Ordinal);
        var server = new ShellServer(ConsoleProcess.StartProgram("bash", ["-c", command]), read);
        try
        {
            // The server's event with the port may be lost, so the port is read from the kernel.
            await Eventually.BecomesTrueAsync(async () => (server.EndPoint.Port = await server.ListensAtAsync()) != 0);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it with SIGTERM and waits until it exits.</summary>
    public async Task<Programs.Result> StopAsync()
    {
        Programs.Signal(Id, 15);
        await _process.WaitForExitAsync().WithTimeout();
        return new Programs.Result(_process.ExitCode, await _output.WithTimeout(), await _errors.WithTimeout());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<int> ListensAtAsync()
    {
        Assert.False(HasEnded, "EchoServer ended");
        string listeners = await ExternalTool.RunAsync("ss", ["-Hltnp"]);
        Match port = Listener().Matches(listeners).FirstOrDefault(m => m.Groups["pid"].Value == $"{Id}") ?? Match.Empty;
        return port.Success ? int.Parse(port.Groups["port"].Value, CultureInfo.InvariantCulture) : 0;
    }

    // LISTEN 0 4096 127.0.0.1:8888 0.0.0.0:* users:(("EchoServer",pid=4711,fd=59))
    [GeneratedRegex(@"127\.0\.0\.1:(?<port>\d+) .*\bpid=(?<pid>\d+),")]
    private static partial Regex Listener();
}
