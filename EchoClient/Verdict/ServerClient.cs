using System.Net.Sockets;
using System.Text;
using EchoClient.Running;
using Serilog.Core;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Verdict;

/// <summary>
/// The server behind the path: connections to it, and questions about what it saw, each on a connection of its own. An
/// answer ends with a line feed, so that it works though no FIN comes through.
/// </summary>
internal sealed class ServerClient(PathCheckOptions options, CancellationToken stop)
{
    private const int MaxRetries = 15, MaxUnanswered = 3;
    private static readonly TimeSpan MaxRetryInterval = TimeSpan.FromMilliseconds(200), ReportTimeout = TimeSpan.FromSeconds(2);
    private bool _hasAnswered;

    /// <summary>Cancelled when the user interrupts.</summary>
    public CancellationToken Stop => stop;

    /// <summary>The longest wait for a next byte, here, and for an end, there: what has not come by then has not been passed on.</summary>
    public TimeSpan Timeout => options.Timeout;

    /// <summary>The shortest time in which an answer came: what the path itself takes, and nobody's lateness.</summary>
    public TimeSpan MinRoundTrip { get; private set; } = TimeSpan.MaxValue;

    /// <summary>A connection through the path.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public async Task<Socket> ConnectAsync()
    {
        try
        {
            return await PathConnector.OpenAsync(
                new ClientOptions { Host = options.Host, Port = options.Port, Timeout = options.Timeout }, new CloseLog(Logger.None, Side.Client), stop);
        }
        catch (ConnectionRefusedException)
        {
            // Not the plain client's advice: an EchoServer on the relay's port would be judged in place of the relay.
            throw new CommandException($"nothing listens on {options.Host}:{options.Port} (or a firewall rejects): start the relay there, and EchoServer behind it.");
        }
    }

    /// <summary>Who the server is. Once it has answered, two answers may be lost before it counts as gone.</summary>
    /// <exception cref="CommandException">It is no EchoServer that answers questions.</exception>
    public async Task<ServerInfo> ServerInfoAsync()
    {
        var question = new ScenarioRequest(ScenarioRequest.ServerInfo);
        for (int silent = 1; ; silent++)
        {
            byte[] answer = await RequestAsync(question);
            if (ServerInfo.Parse(answer) is { } hello)
            {
                _hasAnswered = true;
                return hello;
            }

            if (answer.Length > 0 || !_hasAnswered || silent == MaxUnanswered) throw new CommandException(RejectionReason(question, answer));
            await Task.Delay(MaxRetryInterval, stop);
        }
    }

    /// <summary>Asks until enough is known, or until the time-out is over; that begins anew while bytes still arrive there, but not for ever.</summary>
    /// <param name="id">Of which connection.</param>
    /// <param name="enough">What is enough.</param>
    /// <param name="waited">So much of the time-out is over already; but a moment is always left.</param>
    public async Task<ConnectionReport> ReportAsync(ConnectionId id, Func<ConnectionReport, bool> enough, TimeSpan waited)
    {
        TimeSpan moment = Timeout < ReportTimeout ? Timeout : ReportTimeout, patience = Timeout - waited > moment ? Timeout - waited : moment;
        var question = new ScenarioRequest(ScenarioRequest.Report, Id: id);
        ConnectionReport? saw = null;
        int silent = 0;
        long bytes = 0, until = Clock.Deadline(patience), last = Clock.Deadline(MaxRetries * patience);
        for (TimeSpan pause = TimeSpan.FromMilliseconds(5); ; pause = pause * 2 < MaxRetryInterval ? pause * 2 : MaxRetryInterval)
        {
            byte[] answer = await RequestAsync(question);
            saw = ConnectionReport.Parse(answer) is { } line && line.Id == id ? line : saw;
            silent = answer.Length == 0 ? silent + 1 : 0;
            if (silent == MaxUnanswered) throw new CommandException("the far side has stopped answering: is EchoServer running there?");
            if (answer.Length > 0 && saw is null) throw new CommandException(RejectionReason(question, answer));
            if (saw is not null && enough(saw)) return saw;
            if (saw is not null && saw.Bytes > bytes) (bytes, until) = (saw.Bytes, Clock.Deadline(patience));
            if (saw is not null && Clock.Now > Math.Min(until, last)) return saw;
            await Task.Delay(pause, stop);
        }
    }

    // One line without its line feed; nothing where none came within the limit.
    private async Task<byte[]> RequestAsync(ScenarioRequest question)
    {
        long calledAt = Clock.Now;
        using Socket socket = await ConnectAsync();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(options.Timeout);
        byte[] line = new byte[ScenarioRequest.MaxLength];
        int length = 0;
        try
        {
            await socket.SendAsync(question.ToLine(), limit.Token);
            while (length < line.Length && await socket.ReceiveAsync(line.AsMemory(length), limit.Token) is var count and > 0)
            {
                length += count;
                if (Array.IndexOf(line, (byte)'\n', 0, length) is not (var end and >= 0)) continue;
                TimeSpan took = TimeSpan.FromMicroseconds((Clock.Now - calledAt) / 1000.0);
                if (took < MinRoundTrip) MinRoundTrip = took;
                return line[..end];
            }
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
        }

        return line[..length];
    }

    private static string RejectionReason(ScenarioRequest question, byte[] answer) =>
        answer.Length == 0 ? "the path takes the connection, and no server answers behind it: start EchoServer at its far end."
        : Encoding.ASCII.GetString(answer).StartsWith(ScenarioRequest.ErrorPrefix, StringComparison.Ordinal) ? "the EchoServer at the far end is of an older version: start one of this version there."
        : answer.AsSpan().SequenceEqual(question.ToLine().AsSpan()[..^1]) ? "the far end echoes requests: start EchoServer there, without --echo-only."
        : answer.AsSpan().StartsWith(Encoding.ASCII.GetBytes(ScenarioRequest.Preamble)) ? "the far end answers in a form that this version does not know: start an EchoServer of this version there."
        : $"the far end is no EchoServer, it answers {Printable.Quote(answer)}: start EchoServer there.";
}
