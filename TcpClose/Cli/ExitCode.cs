namespace TcpClose.Cli;

/// <summary>What the three programs return.</summary>
public static class ExitCode
{
    /// <summary>It ran, and the close was what it should be.</summary>
    public const int Success = 0;

    /// <summary>It could not run: bad argument, nothing listening, port taken, no permission.</summary>
    public const int CouldNotRun = 1;

    /// <summary>It ran, and the close was not what it should be: echo short or altered, reset, time-out.</summary>
    public const int UnexpectedResult = 2;

    /// <summary>The user ended it before it was done (Ctrl+C, SIGTERM).</summary>
    public const int Interrupted = 130;
}
