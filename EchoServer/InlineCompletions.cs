namespace EchoServer;

/// <summary>
/// One setting for speed: what follows a completed socket call runs at once on the thread that waits for all sockets, and not
/// by way of the thread pool. It saves a quarter of the processor time of a short connection. Nothing may block that thread, so
/// it is not for a server that writes an event for each call.
/// </summary>
/// <remarks>
/// .NET reads it from the environment when the first socket is made; on Unix only. A lone client that sends and waits in turn would be
/// answered faster by a thread pool that spins for it, and keeps a processor busy all the time (docs/speed.md).
/// </remarks>
internal static class InlineCompletions
{
    private const string Setting = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Turns it on, unless the user has said otherwise.</summary>
    public static void TurnOn()
    {
        if (Environment.GetEnvironmentVariable(Setting) is null) Environment.SetEnvironmentVariable(Setting, "1");
    }
}
