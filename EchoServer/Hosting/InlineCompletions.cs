namespace EchoServer.Hosting;

/// <summary>
/// A setting that saves processor time: the code after an awaited socket call runs on the event-loop thread instead of
/// the thread pool. Nothing may block that thread, so the setting is off when events are written.
/// </summary>
/// <remarks>
/// .NET reads the setting from the environment when it creates the first socket, on Unix only. With the setting, .NET
/// runs one event-loop thread for each processor. By default the threads of the pool spin while they wait, which keeps
/// a processor busy (docs/speed.md). EchoServer.csproj turns the spinning off.
/// </remarks>
internal static class InlineCompletions
{
    private const string Setting = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// Turns the setting off if events are written. Otherwise turns it on, unless the user has set the variable.
    /// </summary>
    /// <param name="writesEvents">Whether an event is written for each call.</param>
    public static void Choose(bool writesEvents)
    {
        if (writesEvents) Environment.SetEnvironmentVariable(Setting, "0");
        else if (Environment.GetEnvironmentVariable(Setting) is null) Environment.SetEnvironmentVariable(Setting, "1");
    }
}
