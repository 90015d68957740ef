using System.Globalization;
using System.Net.NetworkInformation;
using Serilog.Events;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Output;
using TcpClose.Sockets;

namespace EchoClient.Running;

/// <summary>Reports TIME-WAIT after the close: once, or repeatedly until the port is free.</summary>
internal sealed class TimeWaitMonitor(ObservedSocket socket, bool drawBar)
{
    private static readonly TimeSpan
        PollInterval = TimeSpan.FromMilliseconds(100),
        LogInterval = TimeSpan.FromSeconds(10),
        MaxWait = TimeSpan.FromMinutes(10);    // Windows: up to 5 minutes (TcpTimedWaitDelay); Linux: 60 s

    /// <summary>Whether our side is in TIME-WAIT.</summary>
    public bool IsHere() => socket.Connection.LookUp() is { State: TcpState.TimeWait };

    /// <summary>
    /// Logs that the server's end is in TIME-WAIT, or that the kernel's table has no room for it. Logs nothing if the
    /// server is on another machine.
    /// </summary>
    public void ReportPeerTimeWait(int port)
    {
        switch (socket.Connection.LookUpPeer()?.State)
        {
            case TcpState.TimeWait:
                socket.Log.Note(
                    LogEventLevel.Information, $"kernel: TIME-WAIT is on the server's port {port}, not on ours");
                break;
            case TcpState.Closed when TimeWaitTable.WhyNoEntry() is { } why:
                socket.Log.Note(LogEventLevel.Information, $"no TIME-WAIT on the server's port {port}, {why}");
                break;
        }
    }

    /// <summary>Logs TIME-WAIT once, or with <paramref name="toTheEnd"/> repeatedly until it is over.</summary>
    public async Task RunAsync(bool toTheEnd, CancellationToken stop)
    {
        long queriedAt = Clock.Now;
        if (socket.Connection.LookUp() is not { } row)
        {
            socket.Log.Note(LogEventLevel.Information, "this system does not report TIME-WAIT");
            return;
        }

        if (row.State != TcpState.TimeWait)
        {
            socket.Log.Note(LogEventLevel.Information, "no TIME-WAIT here" + (TimeWaitTable.WhyNoEntry() is { } why
                ? $", {why}"
                : $": the kernel reports {StateNames.Name(row.State)}"));
            return;
        }

        socket.Log.TimeWait(row, queriedAt);
        if (toTheEnd) await FollowAsync(row, socket.FinReadAt, stop);
    }

    private async Task FollowAsync(KernelConnectionTable.Row row, long beganAt, CancellationToken stop)
    {
        using ProgressLine? bar = drawBar ? ProgressLine.OnTerminal() : null;
        TimeSpan nextLine = LogInterval;
        for (TimeSpan lasted = Clock.Since(beganAt); lasted < MaxWait; lasted = Clock.Since(beganAt))
        {
            Draw(bar, lasted, row.TimeLeft);
            await Task.Delay(PollInterval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
            {
                socket.Log.Note(
                    LogEventLevel.Information, "interrupted: TIME-WAIT continues, but is no longer monitored");
                return;
            }

            long queriedAt = Clock.Now;
            if (socket.Connection.LookUp() is not { } next) return;
            row = next;
            if (row.State != TcpState.TimeWait)
            {
                socket.Log.KernelReleased(row, queriedAt, Clock.Since(beganAt));
                return;
            }

            if (bar is not null || Clock.Since(beganAt) < nextLine) continue;
            socket.Log.TimeWait(row, queriedAt);
            nextLine += LogInterval;
        }

        socket.Log.Note(
            LogEventLevel.Warning, $"TIME-WAIT is not over after {new Duration(MaxWait)}; no longer monitored");
    }

    private static void Draw(ProgressLine? bar, TimeSpan lasted, TimeSpan? left)
    {
        TimeSpan? all = lasted + left;
        string figures = string.Create(CultureInfo.InvariantCulture,
            $"{lasted.TotalSeconds:0.0}{(all is { } end ? $" of {end.TotalSeconds:0}" : "")} s");
        bar?.Draw("TIME-WAIT", lasted / all, figures);
    }
}
