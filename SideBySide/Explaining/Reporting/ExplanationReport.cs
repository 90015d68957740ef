using SideBySide.Captures;
using SideBySide.Drawing;
using SideBySide.Explaining.Remarks;
using SideBySide.Output;
using SideBySide.Summary;
using TcpClose.Cli;
using TcpClose.Output;

namespace SideBySide.Explaining.Reporting;

/// <summary>
/// Prints the table of the connections and the story of the chosen one, or JSON, and writes the requested files.
/// </summary>
internal sealed class ExplanationReport(ExplainOptions options, Action<string> print)
{
    private const int NoteIndent = 5;

    private readonly ReportPrinter _printer = new(print);

    /// <summary>Prints the report.</summary>
    /// <exception cref="CommandException">
    /// The requested connection does not exist, or a picture is requested and the user must choose one of several
    /// connections.
    /// </exception>
    public void Print(CaptureContents contents)
    {
        int count = contents.Connections.Count;
        if (options.Connection > count)
        {
            throw new CommandException($"there is no connection {options.Connection}: "
                + (options.Filter is null ? $"the capture has {count}."
                    : $"{count} {(count == 1 ? "is" : "are")} selected by the filter, numbered from 1."));
        }

        int? chosen = options.Connection ?? (count == 1 ? 1 : null);
        if (chosen is null && options.Pictures.Names.Any())
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
            foreach (string line in ConnectionTable.Draw(all, onlyPorts, _printer.Terminal)) print(line);
            if (chosen is not null) Tell(all.Single());
            else _printer.Sentence("", "--connection N explains one of them.", 0);
            PrintNotes(contents);
        }

        if (options.Pictures.Names.Any())
        {
            Explanation drawn = all.Single();
            options.Pictures.Write(Diagram.Of(InferredLadder.Of(drawn.Facts)), Title(drawn),
                [.. CloseStory.Of(drawn.Facts), .. drawn.Remarks.Select(Describe)]);
            if (!options.Json) _printer.Written(options.Pictures.Names);
        }
    }

    private void PrintNotes(CaptureContents contents)
    {
        if (contents.Damage is { } damage) _printer.Sentence("note", damage + ".", NoteIndent);
        if (contents.Undecoded > 0)
        {
            _printer.Sentence("note", $"{Wording.Count(contents.Undecoded, "frame")} with too little of the TCP header "
                + (contents.Undecoded == 1 ? "was left out." : "were left out."), NoteIndent);
        }
    }

    private void Tell(Explanation explanation)
    {
        print("");
        foreach (string line in LadderText.Draw(InferredLadder.Of(explanation.Facts), EventTextFormatter.ColourWanted,
            _printer.Terminal)) print(line);
        print("");
        _printer.Sentence("", "States in lower case are inferred from the segments (RFC 9293). A question mark means "
            + "that nothing in the capture proves the arrival of the segment that causes the state.", 0);
        print("");
        print("What happened:");
        foreach (string sentence in CloseStory.Of(explanation.Facts)) _printer.Item(sentence);
        if (DefaultRun.Compare(explanation.Facts) is { } comparison) _printer.Item(comparison);
        if (explanation.Remarks.Count == 0) return;
        print("");
        print("Remarks:");
        foreach (Remark remark in explanation.Remarks)
        {
            _printer.Item(Describe(remark));
        }
    }

    private static string Describe(Remark remark) =>
        remark.Sentence + (remark.Frames.Count == 0 ? "" : $" ({remark.FrameNumbers})");

    private static string Title(Explanation explanation) =>
        $"{explanation.Facts.Connection.Client} → {explanation.Facts.Connection.Server}: "
        + ConnectionTable.Describe(explanation.Facts);
}
