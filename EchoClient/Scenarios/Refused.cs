namespace EchoClient.Scenarios;

/// <summary>
/// <c>refused</c>: a SYN to a port where nothing listens. No program answers it but the kernel, with a RST (RFC 9293
/// 3.5.2): <c>Connect</c> fails in <c>Connection.cs</c> and there is nothing to act.
/// </summary>
internal static class Refused
{
    /// <summary>The verdict where it is as it should be.</summary>
    public const string Sentence = "refused: a RST answered our SYN, as it should be";

    public static Task<string> RunAsync(Act act)
    {
        // Connected after all: EchoRun aborts, and says why.
        throw new InvalidDataException("something listens there: give another --port");
    }
}
