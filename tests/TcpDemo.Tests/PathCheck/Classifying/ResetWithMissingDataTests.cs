using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Checks.HalfClosed;
using PathCheck.Classifying;
using PathCheck.Protocol;
using PathCheck.Running;

namespace TcpDemo.Tests.PathCheck.Classifying;

/// <summary>
/// A reset before the end of the data is a cut, unless a FIN became a RST on another connection. A reset after all data
/// is a FIN that became a RST.
/// </summary>
public sealed class ResetWithMissingDataTests
{
    private const long Size = SlowReaderOfReply.Size, Part = 6 << 20;

    private static readonly NearObservation Finished = new(0, 0, IsAltered: false) { End = StreamEnd.Fin };

    [Theory]
    [InlineData(Part, "cut")]
    [InlineData(Size, "fin-became-rst")]
    public void OfAReplyAtTheClient(long received, string effect)
    {
        // The far end has sent everything and closed normally.
        var near = new NearObservation(received, Size, IsAltered: false) { End = StreamEnd.Reset };
        ConnectionReport far = Report(0) with { End = ReportedEnd.Fin, Fin = 1, Reply = 2 };
        Assert.Equal(
            [effect, effect, effect, effect],
            ((CheckResult[])
            [
                new ClientClosesFirst().Classify(near, far, TimeSpan.Zero),
                new SlowReaderOfReply().Classify(near, far),
                new ServerDataThenFin().Classify(near, far),
                new ServerFinWithData().Classify(near, far),
            ]).Select(r => r.Effect.Key));
    }

    [Theory]
    [InlineData(Part, "cut")]
    [InlineData(Size, "fin-became-rst")]
    public void OfAnUploadAtTheServer(long received, string effect)
    {
        ConnectionReport far = Report(received) with { End = ReportedEnd.Reset, Reset = 3 };
        Assert.Equal(
            [effect, effect, effect],
            ((CheckResult[])
            [
                new ServerClosesFirst().Classify(Finished, far, TimeSpan.Zero, Size),
                new SlowReaderOfUpload().Classify(Finished, far),
                new DataThenFin().Classify(Finished, far, Size),
            ]).Select(r => r.Effect.Key));
        var echo = new NearObservation(received, Size, IsAltered: false) { End = StreamEnd.Reset };
        Assert.Equal(effect, new FullDuplexTransfer().Classify(echo, far, Size).Effect.Key);
    }

    [Fact]
    public void OfAnUploadAtTheClientIsNoSilentLoss()
    {
        // The path closes normally in the middle of the upload.
        ConnectionReport far = Report(Part) with { End = ReportedEnd.Fin, Fin = 3 };
        Assert.Equal("cut", new DataThenFin().Classify(
            Finished with { ResetAfter = TimeSpan.FromSeconds(1) }, far, Size).Effect.Key);
        Assert.Equal("data-lost", new DataThenFin().Classify(Finished, far, Size).Effect.Key);
    }

    [Theory]
    [InlineData("fin-became-rst", "fin-became-rst")]
    [InlineData("preserved", "cut")]
    public void APathThatSendsARstForAFinLosesWhatItHolds(string other, string effect)
    {
        CheckResult slow = new(new SlowReaderOfReply(), null, PathEffect.Cut, "")
        {
            Near = new NearObservation(Part, Size, IsAltered: false) { End = StreamEnd.Reset },
        };
        CheckResult whole = slow with
        {
            Check = new ClientClosesFirst(),
            Hold = TimeSpan.Zero,
            Effect = PathEffect.All.Single(e => e.Key == other),
        };
        Assert.Equal([other, effect], ResetInPlaceOfFin.Attribute([whole, slow]).Select(r => r.Effect.Key));
    }

    [Theory]
    [InlineData(0.7, "cut")]
    [InlineData(1.2, "fin-became-rst")]
    public void ACutInTheSilenceIsNoRstForAFin(double cutAfter, string effect)
    {
        CheckResult certain = new(new ServerClosesFirst(), TimeSpan.Zero, PathEffect.FinBecameReset, "")
        {
            Near = new NearObservation(0, 0, IsAltered: false) { End = StreamEnd.Reset },
        };
        CheckResult cut = certain with
        {
            Hold = TimeSpan.FromSeconds(1),
            Effect = PathEffect.Cut,
            CutAfter = TimeSpan.FromSeconds(cutAfter),
        };
        Assert.Equal(effect, ResetInPlaceOfFin.Attribute([certain, cut])[1].Effect.Key);
    }

    private static ConnectionReport Report(long bytes) =>
        ConnectionReport.Nothing(ConnectionId.Next()) with { Bytes = bytes, Digest = PatternDigest.Of(bytes) };
}
