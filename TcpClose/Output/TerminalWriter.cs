using System.Text;

namespace TcpClose.Output;

/// <summary>
/// The writer of a terminal with a progress line at its bottom. Other text first clears the line. The writer must be
/// installed before the first event is written, because the previous writer does not clear the line.
/// </summary>
/// <remarks>
/// Its lock is the object that <c>Console.Out</c> or <c>Console.Error</c> returns. .NET itself locks this object for
/// each write. With another lock, two threads could block each other forever.
/// </remarks>
internal sealed class TerminalWriter : TextWriter
{
    private static readonly Lock Installing = new();
    private static TerminalWriter? _output, _errorOutput;

    private readonly TextWriter _terminal;
    private object _console = new();
    private ProgressLine? _owner;
    private int _drawn;

    private TerminalWriter(TextWriter terminal) => _terminal = terminal;

    /// <inheritdoc/>
    public override Encoding Encoding => _terminal.Encoding;

    /// <summary>The writer of standard output, which must be a terminal.</summary>
    public static TerminalWriter OfOutput() => Install(ref _output, () => Console.Out, Console.SetOut);

    /// <summary>The writer of standard error, which must be a terminal.</summary>
    public static TerminalWriter OfError() => Install(ref _errorOutput, () => Console.Error, Console.SetError);

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        lock (_console)
        {
            Clear();
            _terminal.Write(value);
        }
    }

    /// <inheritdoc/>
    public override void Flush() => _terminal.Flush();

    /// <summary>Gives the line to <paramref name="owner"/>. Then <see cref="Draw"/> ignores other owners.</summary>
    public void Begin(ProgressLine owner)
    {
        lock (_console) _owner = owner;
    }

    /// <summary>Draws the line of <paramref name="owner"/>, if this owner still has the line.</summary>
    public void Draw(ProgressLine owner, string line, int columns)
    {
        lock (_console)
        {
            if (_owner != owner) return;
            _terminal.Write("\r" + line.PadRight(Math.Min(_drawn, columns - 1)));
            _drawn = line.Length;
        }
    }

    /// <summary>Clears the line of <paramref name="owner"/>.</summary>
    public void End(ProgressLine owner)
    {
        lock (_console)
        {
            if (_owner != owner) return;
            Clear();
            _owner = null;
        }
    }

    private static TerminalWriter Install(
        ref TerminalWriter? installed, Func<TextWriter> current, Action<TextWriter> set)
    {
        lock (Installing)
        {
            if (installed is not null) return installed;
            installed = new TerminalWriter(current());
            set(installed);
            installed._console = current();
            return installed;
        }
    }

    private void Clear()
    {
        if (_drawn > 0) _terminal.Write("\r" + new string(' ', _drawn) + "\r");
        _drawn = 0;
    }
}
