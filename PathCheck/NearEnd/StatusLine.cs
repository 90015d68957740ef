namespace PathCheck.NearEnd;

/// <summary>
/// One line on a terminal that says what the program waits for. It is overwritten each time, and erased at the end.
/// </summary>
internal sealed class StatusLine : IDisposable
{
    private readonly Lock _lock = new();
    private int _drawn;

    private StatusLine()
    {
    }

    /// <summary>A line, or null if standard output is not a terminal.</summary>
    public static StatusLine? OnTerminal() => Console.IsOutputRedirected ? null : new StatusLine();

    /// <summary>Draws a text in place of the last one.</summary>
    public void Draw(string text)
    {
        lock (_lock)
        {
            Console.Write("\r" + text.PadRight(_drawn));
            _drawn = text.Length;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_drawn > 0) Console.Write("\r" + new string(' ', _drawn) + "\r");
            _drawn = 0;
        }
    }
}
