using System.Net.Sockets;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Cli;
using TcpClose.Kernel;

namespace PathCheck.Diagnosing;

/// <summary>
/// Finds out how many connections, up to <paramref name="needed"/>, the path serves at the same time. Holds more and
/// more of them open, and sends a request on one more.
/// </summary>
internal sealed class ConnectionLimit(PathCheckOptions options, int needed, CancellationToken stop)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(300),
        MinRelease = TimeSpan.FromSeconds(5), MaxRelease = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long to wait for earlier connections to end, at most 20 s. A connection that the near end has closed may
    /// count toward the limit until the far end's part of the check is over.
    /// </summary>
    public static TimeSpan ReleaseTime(PathCheckOptions options) =>
        options.Holds[^1] + MinRelease < MaxRelease ? options.Holds[^1] + MinRelease : MaxRelease;

    /// <summary>The limit in a sentence; null if none was found.</summary>
    public async Task<string?> ExplainAsync()
    {
        var held = new List<Socket>();
        try
        {
            int served = 0;
            ExchangeEnd? next = null;
            for (long until = Clock.Deadline(ReleaseTime(options)); held.Count < needed;)
            {
                // The path may still be busy with connections that the run has closed. Therefore the first requests get
                // more time.
                ExchangeEnd end = await RequestAsync(held.Count == 0 ? options.Timeout : Exchange.MaxWait);
                if (end != ExchangeEnd.Answered) next = end;
                else if (held.RemoveAll(socket => !IsOpen(socket)) > 0) next ??= ExchangeEnd.Ended;
                int open = held.Count + (end == ExchangeEnd.Answered ? 1 : 0);
                if (open > served) (served, until) = (open, Clock.Deadline(ReleaseTime(options)));
                else if (Clock.Now > until) return served == 0 ? null : Explain(served, next);

                // A relay near its limit needs a moment to notice that the request's connection has ended.
                if (next is not null) await Task.Delay(RetryInterval, stop);
                if (end == ExchangeEnd.Answered) await HoldAsync(held);
            }

            return null;
        }
        finally
        {
            foreach (Socket socket in held) socket.Dispose();
        }
    }

    private string Explain(int served, ExchangeEnd? next) => served == 1 && next == ExchangeEnd.Silent
        ? "the path serves only one connection at a time; a second one waits until the first has ended. PathCheck " +
          "cannot judge such a path, because it requests the far end's reports on a second connection: let the relay " +
          $"serve several connections (PathCheck needs at most {needed} at the same time)."
        : $"the path limits the number of connections: {served} {(served == 1 ? "was" : "were")} served at the same " +
          $"time, and the next was {Name(next)}. Raise the limit of the relay, or --max-connections of PathCheck " +
          $"serve, to at least {needed}: PathCheck needs at most that many at the same time.";

    private static string Name(ExchangeEnd? next) => next switch
    {
        ExchangeEnd.Silent => "accepted and not served",
        ExchangeEnd.Ended => "closed",
        _ => "refused",
    };

    private async Task<ExchangeEnd> RequestAsync(TimeSpan wait) => (await Exchange.RunAsync(
        options, new PathRequest(PathRequest.Info).ToLine(), wait, stop)).End;

    private async Task HoldAsync(List<Socket> held)
    {
        try
        {
            held.Add(await PathConnector.ConnectAsync(options, stop));
        }
        catch (CommandException)
        {
            // The next request finds out whether the path is full.
        }
    }

    private static bool IsOpen(Socket socket)
    {
        try
        {
            return !socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) || socket.Available > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
