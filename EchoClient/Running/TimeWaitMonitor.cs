using System.Globalization;
using System.Net.NetworkInformation;
using Serilog.Events;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Output;
using TcpClose.Sockets;

namespace EchoClient.Running;

/// <summary>What becomes of the port after the close: asked of the kernel once, or again and again until it is free.</summary>
internal sealed class TimeWaitMonitor(ObservedSocket socket, bool drawBar)
{
    private static readonly TimeSpan
        Poll = TimeSpan.FromMilliseconds(100),
        LineEvery = TimeSpan.FromSeconds(10),
        Longest = TimeSpan.FromMinutes(10);    // Windows can be set to 4 minutes; Linux has 60 s

    /// <summary>Whether the kernel holds this side of the connection in TIME-WAIT.</summary>
    public bool IsHere() => socket.Connection.LookUp() is { State: TcpState.TimeWait };

    /// <summary>Says so where the server's end of the connection is on this machine and in TIME-WAIT.</summary>
    public void ReportPeerTimeWait(int port)
    {
        if (socket.Connection.LookUpPeer() is { State: TcpState.TimeWait })
            socket.Log.Note(LogEventLevel.Information, $"kernel: TIME-WAIT is on the server's port {port}, not on ours");
    }

    /// <summary>Reports TIME-WAIT, and with <paramref name="toTheEnd"/> follows it until it is over.</summary>
    /// <param name="toTheEnd">Whether to wait.</param>
    /// <param name="stop">Ends the waiting.</param>
    public async Task RunAsync(bool toTheEnd, CancellationToken stop)
    {
        long askedAt = Clock.Now;
        if (socket.Connection.LookUp() is not { } row)
        {
            socket.Log.Note(LogEventLevel.Information, "TIME-WAIT: this system does not tell");
            return;
        }

        if (row.State != TcpState.TimeWait)
        {
            socket.Log.Note(LogEventLevel.Information, $"no TIME-WAIT here: the kernel says {StateNames.Name(row.State)}");
            return;
        }

        socket.Log.TimeWait(row, askedAt);
        if (toTheEnd) await FollowAsync(row, socket.FinReadAt, stop);
    }

    private async Task FollowAsync(KernelConnectionTable.Row row, long beganAt, CancellationToken stop)
    {
        using ProgressLine? bar = drawBar ? ProgressLine.OnTerminal() : null;
        TimeSpan nextLine = LineEvery;
        for (TimeSpan lasted = Since(beganAt); lasted < Longest; lasted = Since(beganAt))
        {
            Draw(bar, lasted, row.TimeLeft);
            await Task.Delay(Poll, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
            {
                socket.Log.Note(LogEventLevel.Information, "interrupted: TIME-WAIT goes on without being watched");
                return;
            }

            long askedAt = Clock.Now;
            if (socket.Connection.LookUp() is not { } next) return;
            row = next;
            if (row.State != TcpState.TimeWait)
            {
                socket.Log.KernelReleased(row, askedAt, Since(beganAt));
                return;
            }

            if (bar is not null || Since(beganAt) < nextLine) continue;
            socket.Log.TimeWait(row, askedAt);
            nextLine += LineEvery;
        }

        socket.Log.Note(LogEventLevel.Warning, $"TIME-WAIT still lasts after {new Duration(Longest)}; no longer watched");
    }

    private static void Draw(ProgressLine? bar, TimeSpan lasted, TimeSpan? left)
    {
        TimeSpan? all = lasted + left;
        string figures = string.Create(CultureInfo.InvariantCulture, $"{lasted.TotalSeconds:0.0}{(all is { } end ? $" of {end.TotalSeconds:0}" : "")} s");
        bar?.Draw("TIME-WAIT", lasted / all, figures);
    }

    private static TimeSpan Since(long beganAt) => TimeSpan.FromMicroseconds((Clock.Now - beganAt) / 1000);
}
