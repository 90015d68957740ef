using System.Runtime.CompilerServices;
using TcpClose.Output;

namespace TcpClose.Cli;

/// <summary>
/// Writes to standard error. On a terminal the text is wrapped at words. If standard error is closed or full, the text
/// is lost.
/// </summary>
public static class StandardError
{
    /// <summary>Writes a line.</summary>
    public static void WriteLine(string line) => Write(line + Environment.NewLine);

    /// <summary>Writes text, and adds no line break.</summary>
    public static void Write(string text)
    {
        try
        {
            WriteToConsole(text);
        }
        catch (Exception)
        {
            // Every exception is caught, because without a free descriptor even the class Console cannot be loaded.
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WriteToConsole(string text) =>
        Console.Error.Write(Console.IsErrorRedirected ? text : Wrap(text));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Wrap(string text) => string.Join(Environment.NewLine,
        text.Split(Environment.NewLine).SelectMany(line => EventTextFormatter.Wrap(line, TerminalWidth.Read())));
}
