using System.Globalization;
using TcpClose;

namespace Load;

/// <summary>One line on a terminal, drawn over and over, and wiped at the end. It stands on standard error: the report has the other.</summary>
internal sealed class ProgressLine(Mode mode)
{
    private const long Period = 500_000_000;

    private readonly long _beganAt = Clock.Now;
    private long _drawnAt = Clock.Now;
    private int _drawn;

    /// <summary>Draws how far it has come, where half a second has passed.</summary>
    public void Draw(long now, Failures failures)
    {
        if (Console.IsErrorRedirected || now - _drawnAt < Period) return;
        _drawnAt = now;
        string done = mode.Messages is { } messages ? $"{messages:N0} messages" : $"{mode.Whole:N0} life cycles";
        string line = string.Create(CultureInfo.InvariantCulture, $"{(now - _beganAt) / 1_000_000_000} s: {mode.Begun - mode.Whole - failures.All:N0} open, {done}, {mode.Bytes:N0} bytes, {failures.All:N0} failures");
        Console.Error.Write("\r" + line.PadRight(_drawn));
        _drawn = line.Length;
    }

    public void Wipe()
    {
        if (_drawn > 0) Console.Error.Write("\r" + new string(' ', _drawn) + "\r");
        _drawn = 0;
    }
}
