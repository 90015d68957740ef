using TcpClose.Kernel;

namespace PathCheck.NearEnd;

/// <summary>
/// Counts the requests in a row that had no answer. A far end whose answers are lost only now and then does not count
/// as gone.
/// </summary>
internal sealed class UnansweredRequests
{
    private const int MaxCount = 3;
    private static readonly TimeSpan MinTime = TimeSpan.FromSeconds(3);

    private int _count;
    private long _firstAt;

    /// <summary>Adds a request.</summary>
    /// <returns>
    /// Whether the far end counts as gone: at least three requests in a row had no answer, the first of them at least
    /// three seconds ago.
    /// </returns>
    public bool Add(bool isAnswered)
    {
        if (isAnswered) _count = 0;
        else if (_count++ == 0) _firstAt = Clock.Now;
        return _count >= MaxCount && Clock.Since(_firstAt) >= MinTime;
    }
}
