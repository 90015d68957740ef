namespace PathCheck.Checks.HalfClosed;

/// <summary>The common part of the checks with a peer that never ends.</summary>
internal static class NeverEnds
{
    public static string Evidence(TimeSpan? gaveUp, TimeSpan watched) => gaveUp is null
        ? $"all data arrived; idle for {PathCheck.Classifying.Evidence.Time(watched)}, and not closed"
        : "all data arrived; then the path closed the connection";
}
