using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Sockets;

namespace PathCheck.Checks;

/// <summary>Which side half-closes first, if any.</summary>
internal enum FirstCloser
{
    Client,
    Server,
    None,
}

/// <summary>
/// One test of a path: what each end does, and how the observations of both are classified. The near end is the client,
/// the far end is the server.
/// </summary>
internal abstract class Check
{
    /// <summary>The call that ends a direction in most checks.</summary>
    public const string Shutdown = "Shutdown(Send)";

    /// <summary>The name in JSON and in requests. It never changes.</summary>
    public abstract string Key { get; }

    /// <summary>When an effect of this check occurs, for the summary: "when the client ends first".</summary>
    public abstract string Occasion { get; }

    /// <summary>Which side half-closes first.</summary>
    public virtual FirstCloser FirstCloser => FirstCloser.None;

    /// <summary>Whether the check runs once for each silence of <c>--hold</c>.</summary>
    public virtual bool HasHold => false;

    /// <summary>Whether the check runs only if the user has given a silence above 0 (<c>--hold</c>).</summary>
    public virtual bool NeedsGivenHold => false;

    /// <summary>Whether the result is made consistent with the path's time-out for half-closed connections.</summary>
    public virtual bool SharesTimeout => FirstCloser != FirstCloser.None;

    /// <summary>
    /// Whether the check is about resets only. Most relays do not forward a reset, so a fault counts only with
    /// --strict.
    /// </summary>
    public virtual bool IsAdvisory => false;

    /// <summary>Whether the check would distort the times of simultaneous checks.</summary>
    public virtual bool RunsAlone => false;

    /// <summary>The number of simultaneous connections, without those for reports.</summary>
    public virtual int Connections => 1;

    /// <summary>The call with which the near end ends its direction; null if it has none.</summary>
    public virtual string? ClientCall => Shutdown;

    /// <summary>The call with which the far end ends its direction; null if it has none.</summary>
    public virtual string? ServerCall => Shutdown;

    /// <summary>The first column of the report.</summary>
    public abstract string Title(TimeSpan hold);

    /// <summary>Runs the near end's half, and classifies the observations.</summary>
    /// <param name="far">The far end, through the path.</param>
    /// <param name="hold">How long the half-closed connection stays silent.</param>
    /// <param name="late">The number of bytes that are sent after the silence.</param>
    public abstract Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late);

    /// <summary>Runs the far end's half.</summary>
    public abstract Task ServeAsync(ObservedSocket socket, PathRequest request);
}
