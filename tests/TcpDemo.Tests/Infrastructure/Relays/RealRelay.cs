using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PathCheck.Protocol;
using SideBySide.Running;

namespace TcpDemo.Tests.Infrastructure.Relays;

/// <summary>A third-party relay in front of a server, started by its recipe on a free loopback port.</summary>
public sealed class RealRelay : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ReservedPort _port = new();
    private readonly Process _process;
    private readonly Task<string> _output, _errors;
    private bool _isStopped;

    private RealRelay(Recipe recipe, int server)
    {
        // A separate process group: a signal reaches every process of the recipe.
        _process = ConsoleProcess.StartProgram("setsid", [recipe.Path, $"{Port}", $"{server}", _folder / ""]);
        _process.StandardInput.Close();
        (_output, _errors) = (_process.StandardOutput.ReadToEndAsync(), _process.StandardError.ReadToEndAsync());
    }

    public int Port => _port.Number;

    /// <summary>Starts it, and waits until the server answers through it.</summary>
    public static async Task<RealRelay> StartAsync(Recipe recipe, int server)
    {
        var started = new RealRelay(recipe, server);
        try
        {
            await Eventually.BecomesTrueAsync(started.AnswersAsync,
                () => "the relay did not start: "
                    + (started._process.HasExited ? started._errors.Result : "no answer arrived through it"));
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it and returns its standard error.</summary>
    public async Task<string> StopAsync()
    {
        // The signal goes to the whole process group. The output ends when the group's last process has exited.
        if (!_isStopped) Programs.Signal(-_process.Id, 15);
        _isStopped = true;
        await Task.WhenAll(_output, _errors, _process.WaitForExitAsync()).WithTimeout();
        return await _errors;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        _port.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await probe.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port));
            await probe.SendAsync(new PathRequest(PathRequest.Info).ToLine());
            return await probe.ReceiveAsync(new byte[PathRequest.MaxAnswerLength])
                .WaitAsync(TimeSpan.FromSeconds(1)) > 0;
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            return false;
        }
    }
}
