using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Sockets;

namespace PathCheck.Checks;

/// <summary>Which side half-closes first, in a check that has such a side.</summary>
internal enum FirstCloser
{
    Client,
    Server,
    None,
}

/// <summary>
/// One thing that is tried with a path: what the near end does, what the far end does, and what the observations of
/// both mean. The near end is the client, the far end the server. Each kind of check is one file, and one entry of <see
/// cref="CheckTable"/>.
/// </summary>
internal abstract class Check
{
    /// <summary>The name for machines and on the wire; it never changes.</summary>
    public abstract string Key { get; }

    /// <summary>When the effect occurs, for the summary: "when the client ends first".</summary>
    public abstract string Occasion { get; }

    /// <summary>Which side half-closes first.</summary>
    public virtual FirstCloser FirstCloser => FirstCloser.None;

    /// <summary>Whether it is made once for each silence.</summary>
    public virtual bool HasHold => false;

    /// <summary>
    /// Whether it is about resets only, which most relays do not pass on: a fault only with --strict.
    /// </summary>
    public virtual bool IsAdvisory => false;

    /// <summary>Whether it would spoil the times of other checks beside it.</summary>
    public virtual bool RunsAlone => false;

    /// <summary>The first column of the report.</summary>
    public abstract string Title(TimeSpan hold);

    /// <summary>The near end's half, and the judgement.</summary>
    /// <param name="far">The far end, through the path.</param>
    /// <param name="hold">How long the half-closed connection is silent.</param>
    /// <param name="late">How many bytes are sent after that.</param>
    public abstract Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late);

    /// <summary>The far end's half.</summary>
    public abstract Task ServeAsync(ObservedSocket socket, PathRequest request);
}
