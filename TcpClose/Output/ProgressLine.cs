namespace TcpClose.Output;

/// <summary>
/// A progress line at the bottom of a terminal. Other text first clears the line. Dispose clears it for good.
/// </summary>
public sealed class ProgressLine : IDisposable
{
    private const int MaxBar = 40, MinBar = 10, UnknownWidth = 80;

    private readonly TerminalWriter _terminal;

    private ProgressLine(TerminalWriter terminal)
    {
        _terminal = terminal;
        terminal.Begin(this);
    }

    /// <summary>Creates a line on standard output; null if standard output is not a terminal.</summary>
    public static ProgressLine? OnTerminal() =>
        Console.IsOutputRedirected ? null : new ProgressLine(TerminalWriter.OfOutput());

    /// <summary>Creates a line on standard error; null if standard error is not a terminal.</summary>
    public static ProgressLine? OnStandardError() =>
        Console.IsErrorRedirected ? null : new ProgressLine(TerminalWriter.OfError());

    /// <summary>
    /// Draws a label, a bar and figures. The bar is omitted if the end is unknown or the room too small.
    /// </summary>
    /// <param name="label">The name of the operation.</param>
    /// <param name="part">The completed part, from 0 to 1; null if the end is unknown.</param>
    /// <param name="figures">The figures, after the bar.</param>
    public void Draw(string label, double? part, string figures)
    {
        int width = Columns();
        _terminal.Draw(this, Compose(label, part, figures, width), width);
    }

    /// <summary>Draws text.</summary>
    public void Draw(string text)
    {
        int width = Columns();
        _terminal.Draw(this, Fit(text, width), width);
    }

    /// <inheritdoc/>
    public void Dispose() => _terminal.End(this);

    /// <summary>The text of a line, cut to the width of the terminal.</summary>
    internal static string Compose(string label, double? part, string figures, int columns)
    {
        int bar = Math.Min(MaxBar, columns - 1 - $"{label} [] {figures}".Length);
        bool hasBar = part is not null && bar >= MinBar;
        return Fit(hasBar ? $"{label} [{Bar(part!.Value, bar)}] {figures}" : $"{label} {figures}", columns);
    }

    // A character in the last column would move the cursor to the next row.
    private static string Fit(string line, int columns) => line.Length < columns ? line : line[..(columns - 1)];

    private static int Columns() => Console.WindowWidth is > 0 and var columns ? columns : UnknownWidth;

    private static string Bar(double part, int cells)
    {
        int full = (int)Math.Round(Math.Clamp(part, 0, 1) * cells);
        return new string('#', full) + new string('.', cells - full);
    }
}
