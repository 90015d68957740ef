namespace PathCheck.Checks.HalfClosed;

/// <summary>What both checks with a peer that never ends have in common.</summary>
internal static class NeverEnds
{
    /// <summary>What was observed, as text.</summary>
    /// <param name="gaveUp">When the path gave up; null if it did not.</param>
    /// <param name="watched">How long the connection was watched.</param>
    public static string Evidence(TimeSpan? gaveUp, TimeSpan watched) => gaveUp is null
        ? $"all data arrived; idle for {PathCheck.Classifying.Evidence.Time(watched)}, and not closed"
        : "all data arrived; then the path closed the connection";
}
