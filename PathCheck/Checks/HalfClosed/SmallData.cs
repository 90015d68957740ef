using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Sockets;

namespace PathCheck.Checks.HalfClosed;

/// <summary>
/// Runs the check of one direction without a silence and with very little data. Some paths fail only then.
/// </summary>
internal sealed class SmallData(Check check) : Check
{
    private static readonly long[] Sizes = [0, 1, 13];

    public override string Key => $"{check.Key}-small";

    public override string Occasion => $"{check.Occasion} and little follows";

    public override FirstCloser FirstCloser => check.FirstCloser;

    public override int Connections => Sizes.Length;

    public override string Title(TimeSpan hold) =>
        FirstCloser == FirstCloser.Client ? "client ends, reply of 0 to 13B" : "server ends, upload of 0 to 13B";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late)
    {
        CheckResult[] results = await Task.WhenAll(Sizes.Select(size => check.RunAsync(far, TimeSpan.Zero, size)));
        return SeveralConnections.Worst(
            this, [.. results.Select((r, i) => (Evidence.Amount(Sizes[i]), r))], "all of 0, 1 and 13 bytes arrived");
    }

    public override Task ServeAsync(ObservedSocket socket, PathRequest request) => check.ServeAsync(socket, request);
}
