namespace EchoServer.Scenarios;

/// <summary>The closes that a client can ask for, each in a file of its own.</summary>
internal static class ServerScenarios
{
    private static readonly Dictionary<string, Func<Act, Task>> ByName = new()
    {
        ["late-data"] = LateData.RunAsync,
        ["three-segments"] = ThreeSegments.RunAsync,
        ["server-first"] = ServerClosesFirst.RunAsync,
        ["simultaneous"] = Simultaneous.RunAsync,
        ["full-close"] = FullClose.RunAsync,
        ["unread-data"] = UnreadData.RunAsync,
        ["client-abort"] = ClientAbort.RunAsync,
        ["server-abort"] = ServerAbort.RunAsync,
    };

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>Plays one.</summary>
    public static Task RunAsync(Act act) => ByName[act.Request.Scenario](act);
}
