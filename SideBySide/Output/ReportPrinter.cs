using SideBySide.Drawing;
using SideBySide.Tools;
using TcpClose.Output;

namespace SideBySide.Output;

/// <summary>Prints sentences, wrapped to the width of the terminal (40 to 100 columns).</summary>
internal sealed class ReportPrinter(Action<string> print)
{
    /// <summary>
    /// The column in which a sentence begins that has a word such as "client" or "note" in front of it.
    /// </summary>
    public const int FactIndent = 7;

    private const int MinTextWidth = 40;

    /// <summary>The width of the terminal in columns; the maximum width of a text if there is no terminal.</summary>
    public int Terminal { get; } = !Console.IsOutputRedirected && Console.WindowWidth is > 0 and var columns
        ? columns
        : EventTextFormatter.MaxWidth;

    /// <summary>Prints which files have been written.</summary>
    public void Written(IEnumerable<string> files)
    {
        print("");
        print($"Wrote {string.Join(", ", files)}.");
    }

    /// <summary>Prints that the terminal is too narrow for the picture, if it is.</summary>
    public void WarnIfTooNarrow()
    {
        if (Terminal >= LadderText.NarrowWidth) return;
        Sentence("", $"The picture needs {LadderText.NarrowWidth} columns, but this terminal has {Terminal}: "
            + "widen it, or write the picture with --svg FILE.", FactIndent);
    }

    /// <summary>
    /// Prints what could not be done or observed. <see cref="AsRoot.Command"/> at the end of the sentence gets a line
    /// of its own, so that it can be pasted.
    /// </summary>
    public void Missing(string sentence)
    {
        int command = sentence.EndsWith(AsRoot.Command, StringComparison.Ordinal)
            ? sentence.Length - AsRoot.Command.Length
            : sentence.Length;
        Sentence("note", sentence[..command].TrimEnd(), FactIndent);
        if (command < sentence.Length) print($"{"",-6} {AsRoot.Command}");
    }

    /// <summary>Prints an item of a list.</summary>
    public void Item(string sentence) => Sentence("-", sentence, 2);

    /// <summary>
    /// Prints a sentence. Each of its lines begins at column <paramref name="indent"/>. A head precedes the first line.
    /// </summary>
    public void Sentence(string head, string sentence, int indent)
    {
        int width = Math.Clamp(Terminal, MinTextWidth, EventTextFormatter.MaxWidth) - indent;
        foreach (string line in EventTextFormatter.Wrap(sentence, width))
        {
            print(head.PadRight(indent) + line);
            head = "";
        }
    }
}
