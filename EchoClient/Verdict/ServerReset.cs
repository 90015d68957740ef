using TcpClose;

namespace EchoClient.Verdict;

/// <summary>The server aborts: do we meet a reset, or what looks like a normal end?</summary>
internal static class ServerReset
{
    public static async Task<Finding> RunAsync(FarSide far)
    {
        using Probe probe = await Probe.OpenAsync(far, new ActRequest("server-abort"));

        // A RST in place of an answer; Receive fails, once.
        await probe.ReadToEndAsync();

        // That it was the server who did it: a relay that ends by itself has passed nothing on.
        SawLine saw = await probe.SawAsync(s => s.Aborted is not null);
        return Judge.Reset(Check.ServerReset, probe.End.Kind, isTheirs: saw.Aborted is not null);
    }
}
