using System.Runtime.CompilerServices;

namespace TcpClose.Cli;

/// <summary>
/// Writes to standard error. If it is closed or full, the text is lost, and the program keeps its exit code.
/// </summary>
public static class StandardError
{
    /// <summary>Writes a line.</summary>
    public static void WriteLine(string line) => Write(line + Environment.NewLine);

    /// <summary>Writes text as it is.</summary>
    public static void Write(string text)
    {
        try
        {
            WriteToConsole(text);
        }
        catch (Exception)
        {
            // There is no other place for it. Without a free file descriptor, not even the class Console can be loaded.
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WriteToConsole(string text) => Console.Error.Write(text);
}
