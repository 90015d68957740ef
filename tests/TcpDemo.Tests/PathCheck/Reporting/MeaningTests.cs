using PathCheck;
using PathCheck.Checks;
using PathCheck.Checks.HalfClosed;
using PathCheck.Checks.Resets;
using PathCheck.Classifying;
using PathCheck.Protocol;
using PathCheck.Reporting;
using PathCheck.Running;

namespace TcpDemo.Tests.PathCheck.Reporting;

/// <summary>
/// The sentences about a fault name the affected end and the limit that causes the fault, if the results show them.
/// </summary>
public sealed class MeaningTests
{
    private const string Where = "of the relay, firewall or NAT";

    private static readonly NearObservation Near = new(0, 0, IsAltered: false);
    private static readonly ConnectionReport Far = ConnectionReport.Nothing(ConnectionId.Next());

    [Theory]
    [InlineData("client-first", "fin-full-close", "A client that sends its FIN and waits for an answer gets none")]
    [InlineData("server-first", "fin-full-close",
        "A server that sends its FIN and waits for the rest of the client's data gets none")]
    [InlineData("client-first server-first", "fin-full-close",
        "A program that sends its FIN and waits for an answer gets none")]
    [InlineData("client-first", "fin-not-forwarded", "A server that reads to the end of stream waits forever")]
    [InlineData("server-first", "fin-not-forwarded", "A client that reads to the end of stream waits forever")]
    [InlineData("client-first server-first", "fin-not-forwarded",
        "A program that reads to the end of stream waits forever")]
    [InlineData("client-first", "fin-became-rst", "The client's normal end looks like a failure to the server")]
    [InlineData("server-first", "fin-became-rst", "The server's normal end looks like a failure to the client")]
    [InlineData("client-first server-first", "fin-became-rst", "A normal end looks like a failure")]
    public void TheEndThatAFinConcernsIsNamed(string keys, string effect, string sentence)
    {
        CheckResult[] found = [.. keys.Split(' ').Select(k => Of(CheckTable.Find(k)!, 1, effect)).Select(r => r with
        {
            Near = effect != "fin-became-rst" || r.FirstCloser == FirstCloser.Client ? Near
                : Near with { End = StreamEnd.Reset },
            Far = effect == "fin-became-rst" && r.FirstCloser == FirstCloser.Client ? Far with { Reset = 1 } : Far,
        })];
        Assert.StartsWith(sentence, Report(found).Meaning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("preserved", true, $"neither side has ended is cut as well: raise the idle time-out {Where}.")]
    [InlineData("preserved", false, $"is not cut: raise the time-out {Where} for half-closed connections.")]
    [InlineData("preserved", null, $"data that keeps flowing gets through: raise the idle time-out {Where}.")]
    [InlineData("cut-despite-data", true, $"is cut as well: raise the limit {Where} that counts from the start.")]
    [InlineData("cut-despite-data", false, $"is not cut: raise the time-out {Where} that counts from the FIN.")]
    [InlineData("cut-despite-data", null, "that counts from the FIN or from the start of the connection.")]
    public async Task TheLimitIsNamedByAConnectionWithoutAFin(string drip, bool? isCut, string sentence)
    {
        IReadOnlyList<CheckResult> found = [Of(new ClientClosesFirst(), 5, "cut", 4),
            Of(new DrippingReply(), null, drip, 4.1), Of(new ServerClosesFirst(), 5, "preserved")];
        var drips = new List<Drip>();
        found = await CutWithoutFin.CompareAsync(found, d =>
        {
            drips.Add(d);
            return Task.FromResult(isCut);
        });

        // The run is compared with a connection without a FIN. It sends a byte at intervals if the dripping reply was
        // cut, and otherwise one byte after a silence.
        Drip only = Assert.Single(drips);
        Assert.Equal(drip == "preserved", only.Count == 1);
        Assert.InRange(only.Length.TotalSeconds, 5, 7);
        Assert.EndsWith(sentence, Report([.. found]).Meaning, StringComparison.Ordinal);
        Assert.Equal(isCut == true, Report([.. found]).Summary.Contains("(also without a FIN)",
            StringComparison.Ordinal));
        Assert.Null(found[2].IsCutWithoutFin);
    }

    [Theory]
    [InlineData("client-first", "after the client's FIN")]
    [InlineData("server-first", "after the server's FIN")]
    [InlineData("client-first server-first", "after one side's FIN")]
    public void ACutNamesTheFinThatItFollows(string keys, string fin)
    {
        CheckResult[] found = [.. keys.Split(' ').Select(k => Of(CheckTable.Find(k)!, 5, "cut", 2))];
        Assert.StartsWith($"Data that is sent later than this {fin} is lost", Report(found).Meaning,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutACutNoConnectionIsOpened()
    {
        CheckResult[] good = [Of(new ClientClosesFirst(), 5, "preserved"), Of(new DrippingReply(), null, "preserved"),
            Of(new ServerClosesFirst(), 1, "cut") with { IsIntermittent = true }];
        Assert.Equal(good, await CutWithoutFin.CompareAsync(good, _ => throw new InvalidOperationException()));
    }

    [Theory]
    [InlineData(5, "A long transfer is cut after about 8 MiB (2.6 s): a silence of 5s passes, so it is not an idle " +
        "time-out; look for a limit of size.")]
    [InlineData(1, "A long transfer is cut after about 8 MiB (2.6 s): a silence of 1s passes, so it is not an idle " +
        "time-out; look for a limit of size or of duration.")]
    [InlineData(0, "A long transfer is cut after about 8 MiB (2.6 s): look for a limit of size, of duration or of " +
        "silence.")]
    public void ALongTransferThatIsCutHasNoTimeout(double silence, string sentence)
    {
        CheckResult slow = Of(new SlowReaderOfReply(), null, "cut", 2.6) with
        {
            Near = new NearObservation(8_395_776, SlowReaderOfReply.Size, IsAltered: false),
            Far = Far,
        };
        Assert.Equal(sentence, Report(Of(new ClientClosesFirst(), silence, "preserved"), slow).Meaning);
        Assert.Equal(sentence, Report(Of(new ServerClosesFirst(), silence, "preserved"), slow with
        {
            Check = new SlowReaderOfUpload(),
            Far = Far with { Bytes = 8_395_776 },
        }).Meaning);
    }

    [Fact]
    public void AnIntermittentFaultIsReportedWithItsFraction()
    {
        // The first row failed on 2 of 4 attempts, and the second on 1 of 4.
        CheckResult[] found = [Of(new ClientClosesFirst(), 1, "cut") with { IsIntermittent = true, Attempts = (2, 4) },
            Of(new ClientClosesFirst(), 5, "preserved") with { Attempts = (1, 4) },
            Of(new DrippingReply(), null, "preserved"), Of(new ServerClosesFirst(), 5, "preserved")];
        const string Sentence = "Some connections fail, and others of the same kind do not (3 of 10 attempts " +
            "failed): the path has several backends that differ, or an intermittent fault.";
        Assert.Equal(Sentence, Report(found).Meaning);
        Assert.Equal($"Both ends observe a normal close, but data is missing or wrong: fix the relay, or verify each " +
            $"transfer with a digest. {Sentence.Replace("3 of 10", "4 of 11", StringComparison.Ordinal)}",
            Report([.. found, Of(new ServerClosesFirst(), 0, "data-lost")]).Meaning);
    }

    [Fact]
    public void StrictSaysWhyThePathFails()
    {
        CheckResult[] found = [Of(new ClientClosesFirst(), 5, "preserved"),
            Of(new ClientReset(), null, "rst-became-fin"),
            Of(new ClientHangsUpOnFullPath(), null, "rst-not-forwarded")];
        PathReport strict = Report(found) with { Options = new PathCheckOptions { Strict = true } };
        Assert.Equal((2, "With --strict this path fails: it preserves half-close, after up to 5s of silence, but not " +
            "every reset: when the client aborts, RST became FIN; when the client hangs up on a full path, RST not " +
            "forwarded."), (strict.ExitCode, strict.Summary));
        Assert.Equal("An aborted transfer looks complete: check lengths or digests. A sender does not learn that its " +
            "reader has gone: use time-outs.", strict.Meaning);

        // A reset that arrived as a FIN keeps no program waiting.
        Assert.DoesNotContain(
            "waits forever", (strict with { Results = found[..2] }).Meaning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("end-of-stream", "client")]
    [InlineData("end-of-stream-server", "server")]
    public void ALateFinIsANoteWithItsDirection(string key, string side)
    {
        CheckResult late = Of(CheckTable.Find(key)!, null, "preserved") with { Gap = TimeSpan.FromSeconds(3) };
        PathReport report = Report(late);
        Assert.EndsWith($" (Note: when the {side}'s FIN directly follows data, it arrives 3.0 s late. The other side " +
            "waits that much longer for the end of stream.)", report.Meaning, StringComparison.Ordinal);
        Assert.Equal("preserved (note)", global::PathCheck.Reporting.Report.ResultOf(late, report));
    }

    [Fact]
    public void TheNoteAboutResetsNamesBothSides()
    {
        PathReport report = Report(Of(new ClientClosesFirst(), 5, "preserved"),
            Of(new ClientReset(), null, "rst-became-fin"), Of(new ServerReset(), null, "rst-became-fin"));
        Assert.EndsWith(" (Note: when the client aborts and when the server aborts, RST became FIN. An aborted " +
            "transfer looks complete. Most relays do that; --strict counts it as a fault.)", report.Meaning,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false, ", although both ends observe a normal end")]
    [InlineData(true, false, ", often without an error at either end")]
    [InlineData(true, true, ", and only a reset at one end shows it")]
    public void WhatTheEndsNoticeOfACutIsTrueOfAllRows(bool first, bool second, string notice)
    {
        // The two rows differ in their direction and in their effect.
        CheckResult[] found = [Of(new ClientClosesFirst(), 5, "cut", 2), Of(new DrippingUpload(), null,
            "cut-despite-data", 2)];
        found = [.. found.Zip([first, second], (r, isReset) => r with
        {
            Near = Near with { End = StreamEnd.Fin, ResetAfter = isReset ? TimeSpan.FromSeconds(2) : null },
            Far = Far with { Fin = 1 },
        })];
        Assert.Contains(notice, Report(found).Meaning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4 * 1024 * 1024, 4 * 1024 * 1024 - 73, "everything after about 4 MiB is missing: look for a limit of " +
        "size.")]
    [InlineData(4 * 1024 * 1024, 9 * 1024 * 1024, "data is missing or wrong: fix the relay, or verify each transfer " +
        "with a digest.")]
    public void DataThatIsLostAfterTheSameNumberOfBytesIsALimitOfSize(long first, long second, string sentence)
    {
        CheckResult slow = Of(new SlowReaderOfReply(), null, "data-lost") with
        {
            Near = new NearObservation(first, SlowReaderOfReply.Size, IsAltered: false) { End = StreamEnd.Fin },
            Far = Far with { Fin = 1, End = ReportedEnd.Fin },
        };
        Assert.Equal($"Both ends observe a normal close, but {sentence}", Report(slow, slow with
        {
            Check = new SlowReaderOfUpload(),
            Near = new NearObservation(0, 0, IsAltered: false) { End = StreamEnd.Fin },
            Far = slow.Far with { Bytes = second },
        }).Meaning);
    }

    [Theory]
    [InlineData("cut", false, "Everything after about 1 MiB is missing")]
    [InlineData("preserved", false, "Both ends observe a normal close, but everything after about 1 MiB is missing")]
    [InlineData("preserved", true, "Both ends observe a normal close, but data is missing or wrong")]
    public void OneTransferThatEndsAfterAWholeMiBIsALimitOfSizeUnlessMorePassed(
        string other, bool hasPassed, string sentence)
    {
        CheckResult lost = Of(new SlowReaderOfReply(), null, "data-lost") with
        {
            Near = new NearObservation(1024 * 1024, SlowReaderOfReply.Size, IsAltered: false) { End = StreamEnd.Fin },
            Far = Far with { Fin = 1, End = ReportedEnd.Fin },
        };
        CheckResult second = Of(new ServerClosesFirst(), 5, other) with
        {
            Near = Near with { End = StreamEnd.Fin, ResetAfter = other == "cut" ? TimeSpan.Zero : null },
            Far = Far with { Fin = 1, Bytes = hasPassed ? 2 * 1024 * 1024 : 65536 },
        };
        Assert.StartsWith(sentence, Report(lost, second).Meaning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12, "may be lost")]
    [InlineData(11, "is lost")]
    public void AResetInPlaceOfAFinSaysWhetherDataWasLost(long received, string lost)
    {
        CheckResult drip = Of(new DrippingReply(), null, "fin-became-rst") with
        {
            Near = new NearObservation(received, 12, IsAltered: false) { End = StreamEnd.Reset },
            Far = Far with { Fin = 1, End = ReportedEnd.Fin },
        };
        Assert.EndsWith($"data that was still in flight {lost}.", Report(drip).Meaning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SlowReaderOfReply.Size, true)]
    [InlineData(SlowReaderOfReply.Size - 1, false)]
    public void ATransferThatIsCutWhenItsSenderHasEndedMayHaveNoLimitOfSize(long sent, bool hasSentAll)
    {
        CheckResult slow = Of(new SlowReaderOfReply(), null, "cut", 2.6) with
        {
            Near = new NearObservation(8_395_776, SlowReaderOfReply.Size, IsAltered: false),
            Far = Far with { Sent = sent },
        };
        Assert.Equal(hasSentAll, Report(Of(new ClientClosesFirst(), 5, "preserved"), slow).Meaning.EndsWith(
            ", or for a relay that closes when the sender has ended, although it still holds data.",
            StringComparison.Ordinal));
    }

    [Fact]
    public void ARowWithoutDataHasNoShareOfIt()
    {
        CheckResult nothing = new ClientClosesFirst().Classify(Near, Far with { End = ReportedEnd.Open }, default);
        Assert.Equal("client: no end, server: no end", nothing.Evidence);
        Drip again = Drip.For(TimeSpan.FromSeconds(4));
        Assert.Equal("all 12 bytes arrived, one each 1.0 s (a quarter of the cut's time)",
            again.Evidence(12, Near, Far, PathEffect.Preserved));
    }

    private static PathReport Report(params CheckResult[] found) =>
        new(new PathCheckOptions(), new FarEndInfo(""), found, default);

    private static CheckResult Of(Check check, double? hold, string effect, double? cut = null) =>
        new(check, hold is { } s ? TimeSpan.FromSeconds(s) : null, PathEffect.All.Single(e => e.Key == effect), "")
        {
            CutAfter = cut is { } after ? TimeSpan.FromSeconds(after) : null,
        };
}
