using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using SideBySide.Drawing;
using SideBySide.Page.States;
using SideBySide.Svg;
using SideBySide.Timeline;

namespace SideBySide.Page;

/// <summary>
/// Writes a run as one page with which a person can step through it. The page needs no other file and no network.
/// </summary>
internal static class HtmlPage
{
    /// <summary>
    /// The script, joined from its files. Their order matters: a statement that runs during loading may use only its
    /// own file and earlier ones.
    /// </summary>
    internal static string Script { get; } =
        string.Join('\n', ((string[])["steps.js", "quiz.js", "paper.js", "controls.js"]).Select(Resource));

    // The widths of the ladder, in pixels. Without a relay there is also a narrow picture for a phone.
    private const int Width = 600, RelayWidth = 700;

    private const string EveryButton = "<div class=\"which\"><p class=\"hint\" id=\"open\"></p>\n"
        + "<button id=\"every\" type=\"button\" aria-pressed=\"false\">All four diagrams</button></div>\n";

    private const string Swipe = "<p class=\"hint swipe\">The picture is wider than this window: swipe it "
        + "sideways to see the other connection.</p>\n";

    /// <summary>
    /// Returns the page. <paramref name="timeWait"/> is how long the kernel keeps TIME-WAIT; null if unknown.
    /// </summary>
    public static string Write(Diagram diagram, string title, TimeSpan? timeWait, IEnumerable<string> summary)
    {
        Diagram shown = diagram.Folded();
        IReadOnlyList<Step> steps = Steps.Of(shown);
        string style = Resource("page.css") + LadderSvg.SheetOf(".ladder"), script = Script;
        var parts = new Dictionary<string, string>
        {
            ["policy"] = $"default-src 'none'; style-src {Hash(style)}; script-src {Hash(script)}; base-uri 'none'; "
                + "form-action 'none'",
            ["title"] = WebUtility.HtmlEncode(title),
            ["what"] = shown.Ladders[0].IsInferred ? "A captured connection" : "A real run",
            ["style"] = style,
            ["ladder"] = string.Concat(Ladders(shown, timeWait)),
            ["machines"] = string.Concat(shown.Ends.Select((end, i) => Machine(end, i, steps))),
            ["ends"] = shown.HasRelay ? "four" : "two",
            ["every"] = shown.HasRelay ? EveryButton : "",
            ["swipe"] = shown.HasRelay ? Swipe : "",
            ["summary"] = string.Concat(summary.Select(s => $"<li>{WebUtility.HtmlEncode(s)}</li>\n")),
            ["last"] = $"{steps.Count - 1}",
            ["data"] = PageJson.Write(shown, steps),
            ["script"] = script,
        };
        return Fill(Resource("page.html"), parts);
    }

    private static IEnumerable<string> Ladders(Diagram diagram, TimeSpan? timeWait)
    {
        IEnumerable<XElement> parts = LadderSvg.Embed(diagram, diagram.HasRelay ? "ladder" : "ladder wide",
            diagram.HasRelay ? RelayWidth : Width, timeWait);
        if (!diagram.HasRelay)
            parts = parts.Concat(LadderSvg.Embed(diagram, "ladder phone", LadderSvg.PhoneWidth, timeWait));
        return parts.Select(part => part + "\n");
    }

    private static string Machine(LegEnd end, int index, IReadOnlyList<Step> steps)
    {
        string name = PageJson.NameOf(end);
        HashSet<TcpState> reached = [.. steps.Select(s => s.Ends[index].State).OfType<TcpState>()];
        return new XElement("figure", new XAttribute("class", $"end {end.Name}"), new XAttribute("data-end", index),
            new XElement("figcaption", new XElement("h2", name), new XElement("p", new XAttribute("class", "now"), ""),
                new XElement("p", new XAttribute("class", "change"), "")),
            StateDiagramSvg.Draw(name, reached)) + "\n";
    }

    // Replaces each {{name}} of the template, but not in the inserted texts, which may come from a peer.
    private static string Fill(string template, Dictionary<string, string> parts)
    {
        var page = new StringBuilder();
        string[] pieces = template.Split("{{");
        page.Append(pieces[0]);
        foreach (string piece in pieces.Skip(1))
        {
            string[] halves = piece.Split("}}", 2);
            page.Append(parts[halves[0]]).Append(halves[1]);
        }

        return page.ToString();
    }

    private static string Hash(string text) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    /// <summary>A file that is built into the program.</summary>
    internal static string Resource(string name)
    {
        using Stream stream = typeof(HtmlPage).Assembly.GetManifestResourceStream($"SideBySide.Page.Assets.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
