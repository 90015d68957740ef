using System.Globalization;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using SideBySide.Drawing;
using SideBySide.Page;
using SideBySide.Timeline;
using TcpClose.Events;
using TcpDemo.Tests.SideBySide.Summary;

namespace TcpDemo.Tests.SideBySide.Page;

/// <summary>The page needs no other file, is small, and does not execute a peer's text.</summary>
public sealed partial class HtmlPageTests
{
    internal const string Attack = "</script></title><img/src=x/onerror=document.title='hacked'>"
        + "<script>document.title='hacked'</script>{{data}}";

    private const int MaxSize = 200 * 1024, Pairs = 5000, Length = 100;

    /// <summary>The page of a run whose payload, title and summary try to execute a script.</summary>
    internal static string Hostile() => PageOf(StepsTests.HalfClose.Select(l =>
        l.Replace("\"hello\"", $"\"{Attack.Replace(' ', '_')}\"", StringComparison.Ordinal)), Attack, Attack);

    /// <summary>The page of a captured connection whose beginning is unknown.</summary>
    internal static string WithoutBeginning()
    {
        var ladder = Ladder.Of(
            [
                .. HandMadeRun.Read(["1 client wire ACK 1 1 0", "2 server wire ACK 1 1 0"]).Segments!,
                new StateEvent(2_000_000, Side.Client, TcpState.Established),
            ], new Dictionary<Side, TcpState>(), isInferred: true);
        return HtmlPage.Write(Diagram.Of(ladder), "a connection", timeWait: null, []);
    }

    /// <summary>The page of a run of ten thousand segments.</summary>
    internal static string Long()
    {
        IEnumerable<string> data = Enumerable.Range(0, Pairs).SelectMany(i => (string[])
        [
            string.Create(CultureInfo.InvariantCulture,
                $"{20 + (i * 0.01)} server wire PSH,ACK {1 + (i * Length)} 1 {Length}"),
            string.Create(CultureInfo.InvariantCulture,
                $"{20.005 + (i * 0.01)} client wire ACK 1 {1 + ((i + 1) * Length)} 0"),
        ]);
        int end = 1 + (Pairs * Length);
        IEnumerable<string> all = [.. StepsTests.Opening, .. data, $"200 client wire FIN,ACK 1 {end} 0",
            $"201 server wire FIN,ACK {end} 2 0", $"202 client wire ACK 2 {end + 1} 0"];
        var ladder = Ladder.Of(HandMadeRun.Read(all).Segments!, new Dictionary<Side, TcpState>());
        return HtmlPage.Write(Diagram.Of(ladder), "long", timeWait: null, []);
    }

    [Fact]
    public void ATextOfAPeerCannotLeaveItsPlace()
    {
        string page = Hostile();
        Assert.Equal(["<script type=\"application/json\" id=\"data\">", "<script>"],
            Script().Matches(page).Select(m => m.Value));
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.Contains(JsonDocument.Parse(DataOf(page)).RootElement.GetProperty("steps").EnumerateArray()
            .SelectMany(s => s.TryGetProperty("calls", out JsonElement calls) ? calls.EnumerateArray() : default),
            c => c.GetProperty("call").GetString() == $"Send(13 bytes \"{Attack}\")");
    }

    [Fact]
    public void ThePageNeedsNoOtherFileAndItsPolicyAllowsOnlyItsOwnScript()
    {
        string page = PageOf(StepsTests.HalfClose, "half-close", "It closed.");
        Assert.DoesNotMatch(@"(?i)\b(src|href)\s*=|@import|url\(|fetch\(|innerHTML", page);
        string policy = Policy().Match(page).Groups[1].Value;
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains($"script-src 'sha256-{Hash(page, "<script>", "</script>")}'", policy, StringComparison.Ordinal);
        Assert.Contains($"style-src 'sha256-{Hash(page, "<style>", "</style>")}'", policy, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(page), 20_000, MaxSize);
    }

    [Fact]
    public void OfTenThousandSegmentsTheOpeningAndTheCloseAreShownAndTheOthersAreCounted()
    {
        string page = Long();
        Assert.InRange(Encoding.UTF8.GetByteCount(page), 20_000, MaxSize);
        JsonElement[] steps =
            [.. JsonDocument.Parse(DataOf(page)).RootElement.GetProperty("steps").EnumerateArray()];
        Assert.InRange(steps.Length, 12, 40);
        string[] titles = [.. steps.Select(s => s.GetProperty("title").GetString()!)];
        Assert.Contains("segment 1: SYN from the client", titles);
        Assert.Contains("segment 10006: ACK from the client", titles);
        // Of the rows between the SYN ACK and the FIN, the first four and the last four remain.
        Assert.Equal($"{(2 * Pairs) + 1 - 8} segments: 0 bytes →, ← {(Pairs - 4) * Length} bytes",
            Assert.Single(titles, t => t.Contains(" segments: ", StringComparison.Ordinal)));
    }

    private static string PageOf(IEnumerable<string> lines, string title, string summary) =>
        HtmlPage.Write(Diagram.Of(Ladder.Of(HandMadeRun.Read(lines))), title, TimeSpan.FromSeconds(60), [summary]);

    private static string DataOf(string page) => Between(page, "id=\"data\">", "</script>");

    private static string Hash(string page, string from, string to) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Between(page, from, to))));

    private static string Between(string text, string from, string to) => text.Split(from)[1].Split(to)[0];

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex Script();

    [GeneratedRegex("Content-Security-Policy\" content=\"([^\"]*)\"")]
    private static partial Regex Policy();
}
