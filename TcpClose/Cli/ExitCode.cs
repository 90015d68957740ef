namespace TcpClose.Cli;

/// <summary>The exit codes of the programs.</summary>
public static class ExitCode
{
    /// <summary>The program ran, and the close was as expected.</summary>
    public const int Success = 0;

    /// <summary>The program could not run: bad argument, nothing listening, port in use, no permission.</summary>
    public const int CouldNotRun = 1;

    /// <summary>The program ran, but the close was not as expected: wrong echo, reset or time-out.</summary>
    public const int UnexpectedResult = 2;

    /// <summary>
    /// The user ended the program before it had finished, with Ctrl+C, SIGTERM or SIGHUP. The value is 128 + SIGINT, as
    /// in shells.
    /// </summary>
    public const int Interrupted = 130;
}
