using System.Text;

namespace TcpClose.Output;

/// <summary>
/// The writer of a terminal that has room for one progress line at its bottom. Other text first clears the line. It is
/// installed before the first event is written: an event whose formatting had begun with another writer would be
/// appended to the line.
/// </summary>
internal sealed class TerminalWriter : TextWriter
{
    private static readonly Lock Installing = new();
    private static TerminalWriter? _output, _errorOutput;

    private readonly Lock _one = new();
    private readonly TextWriter _terminal;
    private ProgressLine? _owner;
    private int _drawn;

    private TerminalWriter(TextWriter terminal) => _terminal = terminal;

    /// <inheritdoc/>
    public override Encoding Encoding => _terminal.Encoding;

    /// <summary>The writer of standard output, which must be a terminal.</summary>
    public static TerminalWriter OfOutput() => Install(ref _output, Console.Out, Console.SetOut);

    /// <summary>The writer of standard error, which must be a terminal.</summary>
    public static TerminalWriter OfError() => Install(ref _errorOutput, Console.Error, Console.SetError);

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

    /// <summary>Gives the line to <paramref name="owner"/>. From now on only its text is drawn.</summary>
    public void Begin(ProgressLine owner)
    {
        lock (_one) _owner = owner;
    }

    /// <summary>Draws the line of <paramref name="owner"/>; does nothing after its end.</summary>
    public void Draw(ProgressLine owner, string line, int columns)
    {
        lock (_one)
        {
            if (_owner != owner) return;
            _terminal.Write("\r" + line.PadRight(Math.Min(_drawn, columns - 1)));
            _drawn = line.Length;
        }
    }

    /// <summary>Clears the line of <paramref name="owner"/>.</summary>
    public void End(ProgressLine owner)
    {
        lock (_one)
        {
            if (_owner != owner) return;
            Clear();
            _owner = null;
        }
    }

    private static TerminalWriter Install(ref TerminalWriter? installed, TextWriter terminal, Action<TextWriter> set)
    {
        lock (Installing)
        {
            if (installed is null) set(installed = new TerminalWriter(terminal));
            return installed;
        }
    }

    private void Clear()
    {
        if (_drawn > 0) _terminal.Write("\r" + new string(' ', _drawn) + "\r");
        _drawn = 0;
    }
}
