using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using PathCheck;
using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Checks.HalfClosed;
using PathCheck.Checks.Resets;
using PathCheck.Classifying;
using PathCheck.Protocol;
using PathCheck.Reporting;

namespace TcpDemo.Tests.PathCheck.Reporting;

/// <summary>The report as a table, as Markdown and as JSON, and its exit code.</summary>
[Collection(nameof(NonParallel))]
[Trait("Tier", "Long")]
public sealed class ReportTests
{
    private TimeSpan _latestCut;

    [Theory]
    [InlineData(false, 0, "This path preserves half-close, tested without a pause: nothing was lost or altered.")]
    [InlineData(
        true, 2,
        "With --strict this path fails: it preserves half-close, tested without a pause, but not every reset: when " +
        "the client aborts, RST became FIN; when the client hangs up on a full path, RST not forwarded.")]
    public async Task ARelayThatTurnsAResetIntoAFinFailsOnlyWithStrict(bool strict, int exitCode, string summary)
    {
        Programs.Result result = await RunAsync(
            "reset-to-fin", "0", [.. strict ? (string[])["--strict"] : [], "--timeout", "3s"]);
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Errors));
        Assert.True(string.Join(" ", result.Lines).Contains(summary, StringComparison.Ordinal), result.Output);
        if (exitCode == 0) Assert.Contains(
            "longer silences were not tested (--hold)", string.Join(" ", result.Lines),
            StringComparison.Ordinal);
        Assert.Contains(
            result.Lines, l => l.StartsWith("client aborts ", StringComparison.Ordinal)
            && l.Contains($"RST became FIN{(strict ? " " : " (note)")} ", StringComparison.Ordinal));
        Assert.All(result.Lines, l => Assert.InRange(l.Length, 1, 100));
        Assert.DoesNotContain(result.Output, c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public async Task TheJsonHasTheDocumentedValues()
    {
        Programs.Result result = await RunAsync("cut-after:0.5s", "0,3s", "--json");
        using var document = JsonDocument.Parse(result.Output);
        JsonElement root = document.RootElement;
        Assert.Equal((2, false), (result.ExitCode, root.GetProperty("preserved").GetBoolean()));
        Assert.Equal(2, root.GetProperty("exitCode").GetInt32());
        Assert.All(
            ["client", "server"],
            side => Assert.Matches($"^{Repository.Version}$", root.GetProperty(side).GetString()!));
        Assert.StartsWith(
            "PathCheck run 127.0.0.1:", root.GetProperty("command").GetString(), StringComparison.Ordinal);
        Assert.StartsWith(
            "This path does not preserve half-close: when the client ends first, cut after 0.",
            root.GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.True(root.GetProperty("at").GetDateTime() <= DateTime.UtcNow);

        JsonElement[] checks = [.. root.GetProperty("checks").EnumerateArray()];
        JsonElement Row(string name) => checks.Last(c => c.GetProperty("name").GetString() == name);
        Assert.Equal(CheckTable.All.Select(c => c.Key),
            checks.Select(c => c.GetProperty("name").GetString()).Distinct());
        Assert.Equal(
            ["client-first 0 preserved", "client-first 3 cut", "server-first 0 preserved", "server-first 3 preserved"],
            checks.Where(c => c.GetProperty("holdSeconds").ValueKind != JsonValueKind.Null).Select(
                c => $"{c.GetProperty("name").GetString()} {c.GetProperty("holdSeconds")} " +
                $"{c.GetProperty("word").GetString()}"));
        Assert.Equal(("cut-despite-data", "gave-up", "still-open"),
            (Row("client-first-drip").GetProperty("word").GetString(),
                Row("client-first-no-end").GetProperty("word").GetString(),
                Row("server-first-no-end").GetProperty("word").GetString()));
        Assert.Equal(
            ["client", "server", "client", "client", "server", "nobody"],
            ((string[])["client-first", "server-first-drip", "both-at-once", "end-of-stream", "end-of-stream-server",
                "full-path-client"]).Select(name => Row(name).GetProperty("first").GetString()));
        Assert.InRange(Row("client-first").GetProperty("cutAfterSeconds").GetDouble(), 0.45,
            _latestCut.TotalSeconds + 0.05);
        Assert.Equal(JsonValueKind.Null, Row("server-first").GetProperty("cutAfterSeconds").ValueKind);
        Assert.InRange(Row("end-of-stream").GetProperty("gapSeconds").GetDouble(), 0, 5);
        Assert.Equal(["client-reset", "server-reset", "full-path-client", "full-path-server"],
            checks.Where(c => c.GetProperty("remark").GetBoolean()).Select(c => c.GetProperty("name").GetString()));
    }

    [Fact]
    public void TheKeysOfChecksAndEffectsNeverChange()
    {
        Assert.Equal(
            "client-first, client-first-drip, client-first-slow-reader, client-first-small, client-first-no-end, " +
            "server-first, server-first-drip, server-first-slow-reader, server-first-small, server-first-no-end, " +
            "both-at-once, end-of-stream, end-of-stream-server, fin-with-data, fin-with-data-server, fin-alone, " +
            "client-reset, server-reset, full-path-client, full-path-server",
            string.Join(", ", CheckTable.All.Select(c => c.Key)));
        Assert.Equal(
            "preserved, still-open, gave-up, cut, cut-despite-data, stood-still, fin-not-forwarded, fin-full-close, " +
            "fin-became-rst, rst-became-fin, rst-not-forwarded, data-lost, data-altered, path-stopped, not-judged",
            string.Join(", ", PathEffect.All.Select(e => e.Key)));
    }

    [Fact]
    public async Task TheMarkdownReportShowsHowToRepeatTheRun()
    {
        Programs.Result result = await RunAsync("full-close", "0", "--markdown");
        Assert.Equal(2, result.ExitCode);
        // The effect depends on how much each end had sent before the relay closed.
        Assert.Matches(
            @"^\*\*This path does not preserve half-close: when the client ends first, [^*]+\.\*\* [A-Z][^*]+\.$",
            result.Lines[0]);
        Assert.Contains("    Note over Client,Server: from the calls of both ends, not from a capture", result.Lines);
        string[] rows = [.. result.Lines.Where(l => l.StartsWith('|'))];
        Assert.Equal(["| check | result | observed |", "| --- | --- | --- |"], rows[..2]);
        Assert.Equal(2 + CheckTable.All.Count(c => !c.NeedsGivenHold), rows.Length);
        Assert.All(rows, r => Assert.Equal(4, r.Count(c => c == '|')));
        Assert.Matches(
            $@"^Near end: PathCheck {Repository.Version} on .*\. Far end: PathCheck {Repository.Version}\. " +
            @"20[0-9-]{8} [0-9:]{8} UTC\. To repeat the run:$",
            result.Lines[^5]);
        Assert.Equal("(FIN: a side has sent everything. RST: a side aborts.)", result.Lines[^7]);
        Assert.Equal("Relay: NAME VERSION, configuration: …", result.Lines[^6]);

        // The near end does not know the far end's port, so the command has a placeholder.
        Assert.Equal(
            "PathCheck serve --host 0.0.0.0 --port PORT    # at the far end of the path; PORT: the port that it " +
            "leads to",
            result.Lines[^3]);
        Assert.Matches("^PathCheck run 127.0.0.1:[0-9]+ --hold 0 --late 64KiB --timeout 10s$", result.Lines[^2]);
        Assert.Equal(["```sh", "```"], [result.Lines[^4], result.Lines[^1]]);
    }

    [Fact]
    public void TheMarkdownReportHasEveryRowAndTheTimeInUtc()
    {
        const string Evidence = "0 of 64KiB arrived; client: normal end, server: normal end";
        CheckResult[] found =
        [
            new(new ClientClosesFirst(), TimeSpan.FromSeconds(1), PathEffect.Cut,
                Evidence)
            {
                CutAfter = TimeSpan.FromSeconds(0.5),
                Near = new NearObservation(0, 65536, IsAltered: false)
                {
                    End = StreamEnd.Fin,
                    EndedAfterHalfClose = TimeSpan.FromSeconds(0.5),
                },
                Far = ConnectionReport.Nothing(ConnectionId.Next()) with
                {
                    End = ReportedEnd.Reset,
                    Fin = 2_000_000,
                    Reply = 3_000_000,
                    Reset = 3_000_100,
                },
            },
            new(new ServerReset(), null, PathEffect.ResetBecameFin, "client: normal end"),
        ];
        string version =
            typeof(Report).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        var options = new PathCheckOptions
        {
            Host = "relay.example",
            Port = 9999,
            Holds = [TimeSpan.Zero, TimeSpan.FromSeconds(1)],
            IsHoldGiven = true,
            Late = 1 << 20,
            Format = ReportFormat.Markdown,
        };
        var result = new PathReport(
            options, new FarEndInfo("9.8.7"), found, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(5)));
        const string Summary = "This path does not preserve half-close: when the client ends first, cut after 0.50 s.";
        const string Meaning = "Data that is sent later than this after the client's FIN is lost, and only a reset " +
            "at one end shows it: raise the time-out of the relay, firewall or NAT.";
        string near = $"Near end: PathCheck {version} on {RuntimeInformation.OSDescription}.";
        Assert.Equal($$"""
            **{{Summary}}** {{Meaning}}

            | check | result | observed |
            | --- | --- | --- |
            | client ends, reply after 1s | cut after 0.50 s | {{Evidence}} |
            | server aborts | RST became FIN (note) | client: normal end |

            ```mermaid
            sequenceDiagram
                participant Client as client (near end)
                participant Path as path
                participant Server as server (far end)
                Note over Client,Server: client ends, reply after 1s: cut after 0.50 s
                Client->>Path: Shutdown(Send)
                Path->>Server: end of stream
                Path-xClient: 0 bytes
                Path->>Client: end of stream after 0.50 s
                Server->>Path: up to 65536 bytes
                Path-xServer: reset after 1.00 s
                Note over Client,Server: from the calls of both ends, not from a capture
            ```

            (FIN: a side has sent everything. RST: a side aborts.)

            Relay: NAME VERSION, configuration: …

            {{near}} Far end: PathCheck 9.8.7. 2026-01-01 22:04:05 UTC. To repeat the run:

            ```sh
            PathCheck serve --host 0.0.0.0 --port PORT    # at the far end of the path; PORT: the port that it leads to
            PathCheck run relay.example:9999 --hold 0,1s --late 1MiB --timeout 10s
            ```

            """.ReplaceLineEndings("\n"), Report.Of(result));
        Assert.EndsWith(
            " --timeout 10s --strict\n```\n", Report.Of(result with { Options = options with { Strict = true } }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void TheCommandThatRepeatsARunHasNoSilencesThatWereNotGiven()
    {
        var options = new PathCheckOptions();
        Assert.Equal("PathCheck run 127.0.0.1:8888 --late 64KiB --timeout 10s", options.Command);
        Assert.Contains(" --hold 0,100ms,1s,5s ", (options with { IsHoldGiven = true }).Command,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AHangUpOnAFullPathIsReportedWithItsLongestTime()
    {
        var check = new ClientHangsUpOnFullPath();
        static TimeSpan Ms(double time) => TimeSpan.FromMilliseconds(time);
        CheckResult found = FullPath.Combine(check,
            [.. ((double[])[15.2, 9800, 3]).Select(t => FullPath.Result(check, "server", Ms(t), Ms(t)))]);
        Assert.Equal((PathEffect.Preserved, "the server learned of it after 9.8 s", null),
            (found.Effect, found.Evidence, found.Doubt));
        found = FullPath.Combine(check,
            [.. ((bool[])[true, false, true]).Select(f => FullPath.Result(check, "server", Ms(1), Ms(1), f))]);
        Assert.Equal("the path accepted more and more data, and was never full", found.Doubt);

        // One connection that could not be judged does not hide the fault of another.
        found = FullPath.Combine(check, [FullPath.Result(check, "server", null, Ms(9800)),
            .. ((bool[])[true, false]).Select(f => FullPath.Result(check, "server", Ms(1), Ms(1), f))]);
        Assert.Equal((PathEffect.ResetNotForwarded, "abort: the server did not learn of it within 9.8 s", null),
            (found.Effect, found.Evidence, found.Doubt));
    }

    [Fact]
    public void ASemicolonInAReasonDoesNotEndALineOfTheDiagram()
    {
        string diagram = CheckMermaid.Of(
            new CheckResult(new ClientReset(), null, PathEffect.Stopped, "reset; try again"));
        Assert.Contains("    Note over Path,Server: reset#59; try again\n", diagram, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost", "localhost is 127.0.0.1 here; its other addresses, if it has any, were not judged.")]
    [InlineData("127.0.0.1", null)]
    [InlineData("[::1]", null)]
    public void TheAddressOfANameIsReported(string host, string? sentence)
    {
        var report = new PathReport(new PathCheckOptions { Host = host }, new FarEndInfo(""), [], default)
        {
            Address = new IPEndPoint(IPAddress.Loopback, 9999),
        };
        Assert.Equal(sentence, report.JudgedAddress);
        Assert.Equal(sentence is not null, Report.Of(report).Contains("were not judged", StringComparison.Ordinal));
        Assert.Contains("\"address\": \"127.0.0.1:9999\"",
            Report.Of(report with { Options = report.Options with { Format = ReportFormat.Json } }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void TheSummaryNamesEachFaultAndWhenItOccurs()
    {
        static CheckResult Of(Check check, double? hold, PathEffect word, double? cut = null) =>
            new(check, hold is { } s ? TimeSpan.FromSeconds(s) : null, word, "")
            {
                CutAfter = cut is { } after ? TimeSpan.FromSeconds(after) : null,
            };
        static string Summary(params CheckResult[] findings) =>
            new PathReport(new PathCheckOptions { Strict = true }, new FarEndInfo(""), findings, default).Summary;
        Assert.Equal(
            "This path does not preserve half-close: when the client ends first, data lost silently and cut after " +
                "0.50 s; when the client's FIN directly follows data, FIN became RST; when the server aborts, RST " +
                "became FIN.",
            Summary(Of(new ClientClosesFirst(), 1, PathEffect.Cut, 0.51),
                Of(new ClientClosesFirst(), 5, PathEffect.Cut, 0.5),
                Of(new FullDuplexTransfer(), null, PathEffect.LostSilently),
                Of(new DataThenFin(), null, PathEffect.FinBecameReset),
                    Of(new ServerReset(), null, PathEffect.ResetBecameFin)));
        Assert.Equal(
            "This path does not preserve half-close: when a FIN is sent without any data, client's FIN not forwarded.",
            Summary(Of(new FinWithoutData(), null, PathEffect.NotForwarded)));
    }

    private async Task<Programs.Result> RunAsync(string fault, string hold, params string[] more)
    {
        await using FarEndConsole server = await FarEndConsole.StartAsync();
        await using var relay = new FaultyRelay(new IPEndPoint(IPAddress.Loopback, server.Port), fault);
        Programs.Result result = await Programs.RunAsync(
            Programs.Ours("PathCheck"), ["run", $"127.0.0.1:{relay.Port}", "--hold", hold, .. more]);
        _latestCut = relay.LatestCut;
        return result;
    }
}
