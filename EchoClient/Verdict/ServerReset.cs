using TcpClose.Scenarios;

namespace EchoClient.Verdict;

/// <summary>The server aborts: do we meet a reset, or what looks like a normal end?</summary>
internal static class ServerReset
{
    public static async Task<CheckResult> RunAsync(ServerClient far)
    {
        using Probe probe = await Probe.OpenAsync(far, new ScenarioRequest("server-abort"));

        // A RST in place of an answer; Receive fails, once.
        await probe.ReadToEndAsync();

        // That it was the server who did it: a relay that ends by itself has passed nothing on.
        ConnectionReport saw = await probe.ReportAsync(s => s.Aborted is not null);
        return Classifier.Reset(CheckKind.ServerReset, probe.End.Kind, isTheirs: saw.Aborted is not null);
    }
}
