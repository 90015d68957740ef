using EchoClient.Verdict;

namespace TcpDemo.Tests;

/// <summary>A path is neither blamed nor praised for what was not its doing.</summary>
[Collection(nameof(Alone))]
public sealed class NotBlamedTests
{
    [Theory(Timeout = Until.TestLimit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task APathThatTakesNoMoreStoodStillAndHasLostNothing(bool ofTheClient)
    {
        long much = 16 << 20;
        await using RunningServer server = await RunningServer.StartAsync();
        await using var relay = new BadRelay(server.EndPoint, ofTheClient ? Fault.StandStill : Fault.None, ofTheClient ? Fault.None : Fault.StandStill);
        FarSide far = Far(relay.Port);
        Task<Finding> both = BothAtOnce.RunAsync(far), end = EndOfStream.RunAsync(far, much), upload = ServerFirst.RunAsync(far, TimeSpan.Zero, much);
        Finding[] found = await Task.WhenAll(both, end, upload).WaitAsync(TimeSpan.FromSeconds(40));
        Assert.Equal((Word[])(ofTheClient ? [Word.StoodStill, Word.StoodStill, Word.Cut] : [Word.StoodStill, Word.Preserved, Word.Preserved]), found.Select(f => f.Word));
        Assert.All(found, f => Assert.Equal(f.Word != Word.Preserved, f.IsUnsure));
    }

    private static FarSide Far(int port) => new(new VerdictOptions { Port = port, Timeout = TimeSpan.FromSeconds(2) }, CancellationToken.None);
}
