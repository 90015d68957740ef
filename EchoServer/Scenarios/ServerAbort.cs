namespace EchoServer.Scenarios;

/// <summary>
/// <c>server-abort</c>: linger 0 makes the kernel drop what is under way and send a RST in place of a FIN (RFC 9293
/// 3.10.5). No TIME-WAIT on either side. Its mirror is <c>EchoClient/Acts/ServerAbort.cs</c>.
/// </summary>
internal static class ServerAbort
{
    public static async Task RunAsync(Act act)
    {
        await act.Connection.HoldAsync(act.Request.Hold);

        // Linger 0 and Dispose, in ConnectionEnd. Server and client: from ESTABLISHED to CLOSED in one segment, which nobody
        // acknowledges. Where the client's RST has come meanwhile no RST of ours goes out, and the log says whose it was.
        act.Connection.End.Abort("as the client asked");
    }
}
