namespace EchoServer.Hosting;

/// <summary>
/// One setting for speed: what follows a completed socket call runs at once on the thread that waits for the sockets, and not
/// by way of the thread pool, which saves processor time. Nothing may block that thread, so it is not for a server
/// that writes an event for each call.
/// </summary>
/// <remarks>
/// .NET reads it from the environment when the first socket is made; on Unix only. It has one such thread for each processor then.
/// A lone client that sends and waits in turn would be answered faster by a thread pool that spins for it, and keeps a processor
/// busy all the time (docs/speed.md).
/// </remarks>
internal static class InlineCompletions
{
    private const string Setting = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Chooses it, unless the user has turned it off; where events are written, nobody can turn it on.</summary>
    /// <param name="writesEvents">Whether an event is written for each call.</param>
    public static void Choose(bool writesEvents)
    {
        if (writesEvents) Environment.SetEnvironmentVariable(Setting, "0");
        else if (Environment.GetEnvironmentVariable(Setting) is null) Environment.SetEnvironmentVariable(Setting, "1");
    }
}
