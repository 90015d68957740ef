namespace TcpClose.Cli;

/// <summary>The width at which text is wrapped.</summary>
internal static class TerminalWidth
{
    /// <summary>The width for a terminal that does not report its own, and for help in a file or a pipe.</summary>
    public const int Unknown = 80;

    private const int Min = 40;

    /// <summary>Reads the width in columns.</summary>
    public static int Read() => Console.WindowWidth is > 0 and var columns ? Math.Max(columns, Min) : Unknown;
}
