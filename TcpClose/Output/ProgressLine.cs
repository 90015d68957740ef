using System.Text;

namespace TcpClose.Output;

/// <summary>
/// A progress line at the bottom of a terminal, which is redrawn in place. It replaces the console's writer: text that
/// is written meanwhile first clears the line. Dispose clears the line and restores the writer.
/// </summary>
public sealed class ProgressLine : TextWriter
{
    private const int MaxBar = 40, MinBar = 10, UnknownWidth = 80;

    private readonly Lock _one = new();
    private readonly TextWriter _terminal;
    private readonly Action<TextWriter> _install;
    private int _drawn;
    private bool _ended;

    private ProgressLine(TextWriter terminal, Action<TextWriter> install)
    {
        _terminal = terminal;
        _install = install;
        install(this);
    }

    /// <inheritdoc/>
    public override Encoding Encoding => _terminal.Encoding;

    /// <summary>Creates a line on standard output; null if that is not a terminal.</summary>
    public static ProgressLine? OnTerminal() =>
        Console.IsOutputRedirected ? null : new ProgressLine(Console.Out, Console.SetOut);

    /// <summary>
    /// Creates a line on standard error, for a program that writes its result to standard output; null if that is not a
    /// terminal.
    /// </summary>
    public static ProgressLine? OnStandardError() =>
        Console.IsErrorRedirected ? null : new ProgressLine(Console.Error, Console.SetError);

    /// <summary>
    /// Draws a label, a bar and figures. The bar is omitted if the end is unknown or the room too small.
    /// </summary>
    /// <param name="label">The name of the operation.</param>
    /// <param name="part">The completed part, from 0 to 1; null if the end is unknown.</param>
    /// <param name="figures">The figures, after the bar.</param>
    public void Draw(string label, double? part, string figures)
    {
        // Reading the width locks Console.Out. A thread that writes an event holds Console.Out and waits for our lock,
        // so reading the width with our lock held could block both threads forever.
        int width = Columns();
        Draw(Compose(label, part, figures, width), width);
    }

    /// <summary>Draws text.</summary>
    public void Draw(string text)
    {
        int width = Columns();
        Draw(Fit(text, width), width);
    }

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        lock (_one)
        {
            Clear();
            _terminal.Write(value);
        }
    }

    /// <inheritdoc/>
    public override void Flush() => _terminal.Flush();

    /// <summary>The text of a line, cut to the width of the terminal.</summary>
    internal static string Compose(string label, double? part, string figures, int columns)
    {
        int bar = Math.Min(MaxBar, columns - 1 - $"{label} [] {figures}".Length);
        bool hasBar = part is not null && bar >= MinBar;
        return Fit(hasBar ? $"{label} [{Bar(part!.Value, bar)}] {figures}" : $"{label} {figures}", columns);
    }

    // A character in the last column would move the cursor to the next row.
    private static string Fit(string line, int columns) => line.Length < columns ? line : line[..(columns - 1)];

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_one)
        {
            if (_ended) return;
            Clear();
            _ended = true;
        }

        _install(_terminal);
        base.Dispose(disposing);
    }

    private void Draw(string line, int columns)
    {
        lock (_one)
        {
            if (_ended) return;
            _terminal.Write("\r" + line.PadRight(Math.Min(_drawn, columns - 1)));
            _drawn = line.Length;
        }
    }

    private void Clear()
    {
        if (_drawn > 0) _terminal.Write("\r" + new string(' ', _drawn) + "\r");
        _drawn = 0;
    }

    private static int Columns() => Console.WindowWidth is > 0 and var columns ? columns : UnknownWidth;

    private static string Bar(double part, int cells)
    {
        int full = (int)Math.Round(Math.Clamp(part, 0, 1) * cells);
        return new string('#', full) + new string('.', cells - full);
    }
}
