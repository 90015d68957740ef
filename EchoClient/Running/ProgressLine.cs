using System.Text;

namespace EchoClient.Running;

/// <summary>
/// One line at the foot of a terminal that is drawn over and over, and wiped at the end. It stands in for the console's
/// output while it is there: whatever else is written wipes it first, and stands above it.
/// </summary>
internal sealed class ProgressLine : TextWriter
{
    private const int Cells = 40, NarrowestTerminal = 75;

    private readonly Lock _one = new();
    private readonly TextWriter _terminal = Console.Out;
    private int _drawn;
    private bool _ended;

    private ProgressLine() => Console.SetOut(this);

    /// <inheritdoc/>
    public override Encoding Encoding => _terminal.Encoding;

    /// <summary>A bar, or null where standard output is no terminal.</summary>
    public static ProgressLine? OnTerminal() => Console.IsOutputRedirected ? null : new ProgressLine();

    /// <summary>Draws <paramref name="part"/> (0 to 1) of the whole and the figures; without a known end, the figures only.</summary>
    public void Draw(string what, double? part, string figures)
    {
        // Read before the lock is taken, because .NET locks Console.Out to read the width. A thread that writes an event holds
        // Console.Out and waits for this lock: with the two taken in the other order here, both would wait for ever.
        int width = Console.WindowWidth;
        lock (_one)
        {
            if (_ended) return;
            string bar = part is { } known && width >= NarrowestTerminal ? $"[{Bar(known)}] " : "";
            string line = $"{what} {bar}{figures}";
            _terminal.Write("\r" + line.PadRight(_drawn));
            _drawn = line.Length;
        }
    }

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        lock (_one)
        {
            Wipe();
            _terminal.Write(value);
        }
    }

    /// <inheritdoc/>
    public override void Flush() => _terminal.Flush();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_one)
        {
            Wipe();
            _ended = true;
        }

        Console.SetOut(_terminal);
        base.Dispose(disposing);
    }

    private void Wipe()
    {
        if (_drawn > 0) _terminal.Write("\r" + new string(' ', _drawn) + "\r");
        _drawn = 0;
    }

    private static string Bar(double part)
    {
        int full = (int)Math.Round(Math.Clamp(part, 0, 1) * Cells);
        return new string('#', full) + new string('.', Cells - full);
    }
}
