using TcpClose.Kernel;

namespace Load;

/// <summary>One line on a terminal, drawn over and over, and wiped at the end. It stands on standard error: the report has the other.</summary>
internal sealed class ProgressLine(Workload mode)
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
        string line = $"{(now - _beganAt) / 1_000_000_000} s: {mode.Started - mode.Completed - failures.All:N0} open, {mode.Progress}, {failures.All:N0} failures";
        // In the terminal's last column it would go on in the next line, which nothing wipes.
        if (line.Length >= Console.WindowWidth) line = line[..Math.Max(0, Console.WindowWidth - 1)];
        Console.Error.Write("\r" + line.PadRight(_drawn));
        _drawn = line.Length;
    }

    public void Wipe()
    {
        if (_drawn > 0) Console.Error.Write("\r" + new string(' ', _drawn) + "\r");
        _drawn = 0;
    }
}
