using System.Globalization;

namespace EchoClient;

/// <summary>One line on a terminal that is drawn over and over, and wiped at the end.</summary>
internal sealed class ProgressBar : IDisposable
{
    private const int Cells = 40, NarrowestTerminal = 75;
    private int _drawn;

    private ProgressBar()
    {
    }

    /// <summary>A bar, or null where standard output is no terminal.</summary>
    public static ProgressBar? OnTerminal() => Console.IsOutputRedirected ? null : new ProgressBar();

    /// <summary>Draws <paramref name="done"/> of <paramref name="all"/>; without a known end, the time only.</summary>
    public void Draw(string what, TimeSpan done, TimeSpan? all)
    {
        string line = all is { } end && Console.WindowWidth >= NarrowestTerminal
            ? string.Create(CultureInfo.InvariantCulture, $"{what} [{Bar(done / end)}] {done.TotalSeconds,4:0.0} of {end.TotalSeconds:0} s")
            : string.Create(CultureInfo.InvariantCulture, $"{what} {done.TotalSeconds:0.0} s");
        Console.Write("\r" + line.PadRight(_drawn));
        _drawn = line.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_drawn > 0) Console.Write("\r" + new string(' ', _drawn) + "\r");
        _drawn = 0;
    }

    private static string Bar(double part)
    {
        int full = (int)Math.Round(Math.Clamp(part, 0, 1) * Cells);
        return new string('#', full) + new string('.', Cells - full);
    }
}
