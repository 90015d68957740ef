using TcpClose.Output;

namespace SideBySide.Output;

/// <summary>Prints sentences, wrapped to the width of the terminal.</summary>
/// <param name="print">Prints a line.</param>
internal sealed class ReportPrinter(Action<string> print)
{
    private const int MinTextWidth = 40;

    /// <summary>The width of the terminal in columns; the widest text if standard output is not a terminal.</summary>
    public int Terminal { get; } = !Console.IsOutputRedirected && Console.WindowWidth is > 0 and var columns
        ? columns
        : EventTextFormatter.MaxWidth;

    /// <summary>Prints which files have been written.</summary>
    public void Written(IEnumerable<string> files)
    {
        print("");
        print($"Wrote {string.Join(", ", files)}.");
    }

    /// <summary>Prints an item of a list.</summary>
    public void Item(string sentence) => Sentence("-", sentence, 2);

    /// <summary>Prints a sentence after a head, which only its first line has.</summary>
    /// <param name="head">The head.</param>
    /// <param name="sentence">The sentence.</param>
    /// <param name="indent">The column in which every line of the sentence begins, from 0.</param>
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
