using SideBySide.Captures;
using SideBySide.Drawing;
using SideBySide.Summary;
using SideBySide.Svg;
using TcpClose.Cli;
using TcpClose.Output;

namespace SideBySide.Explaining;

/// <summary>Explains a capture: prints the table, or the story of one connection, and writes the requested files.
/// </summary>
internal sealed class ExplanationReport(ExplainOptions options, Action<string> print)
{
    private const int MinTextWidth = 40;

    private readonly int _terminal = !Console.IsOutputRedirected && Console.WindowWidth is > 0 and var columns
        ? columns
        : EventTextFormatter.MaxWidth;

    /// <summary>Prints the report.</summary>
    /// <exception cref="CommandException">The connection that was asked for does not exist, or is not
    /// named.</exception>
    public void Print(CaptureContents contents)
    {
        int count = contents.Connections.Count;
        if (options.Connection > count)
            throw new CommandException($"there is no connection {options.Connection}: the capture has {count}.");
        int? chosen = options.Connection ?? (count == 1 ? 1 : null);
        if (chosen is null && options.Svg is not null)
        {
            throw new CommandException(
                $"the capture has {count} connections: choose the one to draw with --connection N.");
        }

        IEnumerable<Explanation> all = Explanation.Of(contents);
        if (chosen is not null) all = [.. all.Where(e => e.Number == chosen)];
        if (options.Json)
        {
            using Stream output = Console.OpenStandardOutput();
            ExplanationJson.Write(output, all, contents.Damage);
        }
        else
        {
            bool onlyPorts = contents.Connections.All(c => c.Client.Address == c.Server.Address);
            foreach (string line in ConnectionTable.Draw(all, onlyPorts, _terminal)) print(line);
            if (chosen is not null) Tell(all.Single());
            else PrintText("", "--connection N explains one of them.");
            PrintNotes(contents);
        }

        if (options.Svg is not null)
        {
            Explanation drawn = all.Single();
            File.WriteAllText(options.Svg, LadderSvg.Draw(InferredLadder.Of(drawn.Facts), Title(drawn),
                options.SvgWidth));
        }
    }

    private void PrintNotes(CaptureContents contents)
    {
        if (contents.Damage is { } damage) PrintText("note", damage + ".");
        if (contents.Undecoded > 0)
        {
            PrintText("note", $"{Wording.Count(contents.Undecoded, "frame")} with too little of the TCP header "
                + (contents.Undecoded == 1 ? "was left out." : "were left out."));
        }
    }

    private void Tell(Explanation explanation)
    {
        print("");
        foreach (string line in LadderText.Draw(InferredLadder.Of(explanation.Facts), EventTextFormatter.ColourWanted,
            _terminal)) print(line);
        print("");
        PrintText("", "States in lower case are inferred from the segments (RFC 9293); with a question mark, if "
            + "nothing in the capture proves that the segment arrived.");
        print("");
        print("What happened:");
        foreach (string sentence in CloseStory.Of(explanation.Facts)) PrintText("-", sentence);
        if (DefaultRun.Compare(explanation.Facts) is { } comparison) PrintText("-", comparison);
        if (explanation.Remarks.Count == 0) return;
        print("");
        print("Remarks:");
        foreach (Remark remark in explanation.Remarks)
        {
            PrintText("-", remark.Sentence + (remark.Frames.Count == 0 ? ""
                : $" ({Remark.Numbers(remark.Frames)})"));
        }
    }

    private void PrintText(string head, string sentence)
    {
        int indent = head == "" ? 0 : head.Length + 1;
        int width = Math.Clamp(_terminal, MinTextWidth, EventTextFormatter.MaxWidth) - indent;
        foreach (string line in EventTextFormatter.Wrap(sentence, width))
        {
            print(head.PadRight(indent) + line);
            head = "";
        }
    }

    private static string Title(Explanation explanation) =>
        $"{explanation.Facts.Connection.Client} → {explanation.Facts.Connection.Server}: "
        + ConnectionTable.Describe(explanation.Facts);
}
