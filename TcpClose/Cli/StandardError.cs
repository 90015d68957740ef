namespace TcpClose.Cli;

/// <summary>Writes to standard error. If it is closed or full, the text is lost, and the program keeps its exit code.</summary>
public static class StandardError
{
    /// <summary>Writes a line.</summary>
    public static void WriteLine(string line) => Write(line + Environment.NewLine);

    /// <summary>Writes text as it is.</summary>
    public static void Write(string text)
    {
        try
        {
            Console.Error.Write(text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // There is no other place for it.
        }
    }
}
