using System.Globalization;
using System.Text;
using PathCheck.Checks;
using PathCheck.Classifying;
using PathCheck.Protocol;
using TcpClose.Output;

namespace PathCheck.Reporting;

/// <summary>
/// Draws one check as a Mermaid sequence diagram of the calls and arrivals that the two ends recorded. Each end has its
/// own clock; both count from the half-close.
/// </summary>
internal sealed class CheckMermaid
{
    private const string ToServer = "Path->>Server", ToClient = "Path->>Client";

    // The calls before the half-close.
    private static readonly TimeSpan Before = TimeSpan.FromTicks(-1);

    private readonly List<(TimeSpan At, string Line)> _lines = [];
    private readonly CheckResult _result;
    private readonly bool _isServerFirst;

    private CheckMermaid(CheckResult result)
    {
        _result = result;
        _isServerFirst = result.FirstCloser == FirstCloser.Server;
    }

    /// <summary>Returns the diagram without a Markdown fence.</summary>
    public static string Of(CheckResult result)
    {
        var diagram = new CheckMermaid(result);
        diagram.AddCalls();
        if (result is { Near: { } near, Far: { } far })
        {
            diagram.AddArrivalsAtServer(near, far);
            diagram.AddArrivalsAtClient(near, far);
        }
        else
        {
            diagram.Add(TimeSpan.Zero, "Note over Path,Server", result.Evidence);
        }

        var text = new StringBuilder("sequenceDiagram\n");
        text.Append("    participant Client as client (near end)\n    participant Path as path\n");
        text.Append("    participant Server as server (far end)\n");
        text.Append($"    Note over Client,Server: {MermaidText.Escape($"{result.Title}: {result.Result}")}\n");
        foreach ((_, string line) in diagram._lines.OrderBy(l => l.At)) text.Append($"    {line}\n");
        return text.Append("    Note over Client,Server: from the calls of both ends, not from a capture\n").ToString();
    }

    private void AddCalls()
    {
        if (_isServerFirst) Add(TimeSpan.Zero, "Server->>Path", _result.Check.ServerCall);
        NearObservation? near = _result.Near;
        TimeSpan sentAt = _isServerFirst ? near?.ActualHold ?? TimeSpan.Zero : Before;
        if (near is { Sent: > 0 })
        {
            Add(sentAt, "Client->>Path",
                $"{near.Sent} bytes{(near.HasStalled ? ", then no more was accepted" : "")}");
        }

        // If the server ends first, the client makes its call only after the end of stream.
        if (near is not { HasStalled: true } && !(_isServerFirst && near is not { End: StreamEnd.Fin }))
            Add(_isServerFirst ? sentAt : TimeSpan.Zero, "Client->>Path", _result.Check.ClientCall);
        if (_result.Far is not { } far || _isServerFirst) return;
        TimeSpan repliedAt = OnFarClock(far, far.Reply) ?? TimeSpan.Zero;
        if (far.Reply is not null) Add(repliedAt, "Server->>Path", $"up to {near!.Expected} bytes");
        if (far is { Aborted: not null } or { End: ReportedEnd.Fin })
            Add(repliedAt, "Server->>Path", _result.Check.ServerCall);
    }

    private void AddArrivalsAtServer(NearObservation near, ConnectionReport far)
    {
        if (near.Sent > 0)
        {
            TimeSpan at = far.Last is null || far.Bytes == 0 ? near.ActualHold : OnFarClock(far, far.Last)!.Value;
            Add(at, far.Bytes > 0 ? ToServer : "Path-xServer", $"{far.Bytes} bytes");
        }

        TimeSpan? fin = OnFarClock(far, far.Fin), reset = OnFarClock(far, far.Reset);
        if (fin is not null) Add(fin.Value, ToServer, $"end of stream{After(fin)}");
        if (reset is not null) Add(reset.Value, "Path-xServer", $"reset{After(reset)}");
        if (!far.HasEnded) Add(TimeSpan.MaxValue, "Note over Server", "no end arrived");
    }

    private void AddArrivalsAtClient(NearObservation near, ConnectionReport far)
    {
        TimeSpan end = near.EndedAfterHalfClose ?? TimeSpan.Zero;
        if (far.Reply is not null || near.Received > 0)
            Add(end, near.Received > 0 ? ToClient : "Path-xClient", $"{near.Received} bytes");
        if (near.End == StreamEnd.Fin) Add(end, ToClient, $"end of stream{After(end)}");
        if (near.End == StreamEnd.Nothing && near.ResetAfter is null && _result.Check.ClientCall == Check.Shutdown)
            Add(TimeSpan.MaxValue, "Note over Client", "no end arrived");
        if (near.ResetAfter is { } reset) Add(reset, "Path-xClient", $"reset{After(reset)}");
    }

    private void Add(TimeSpan at, string head, string? words)
    {
        if (words is not null) _lines.Add((at, $"{head}: {MermaidText.Escape(words)}"));
    }

    // Converts a time of the far end to a time since the half-close. At the far end, the half-close begins when the
    // client's FIN arrives or, if the server ends first, when the request arrives.
    private TimeSpan? OnFarClock(ConnectionReport far, long? at) =>
        Observations.Micros(at - (_isServerFirst ? 0 : far.Fin ?? 0));

    private static string After(TimeSpan? time) => time < TimeSpan.FromMilliseconds(10) ? ""
        : string.Create(CultureInfo.InvariantCulture, $" after {time?.TotalSeconds:0.00} s");
}
