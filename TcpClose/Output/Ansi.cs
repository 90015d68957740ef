namespace TcpClose.Output;

/// <summary>The colours of the programs' lines, as ANSI escape sequences (ECMA-48, SGR).</summary>
public static class Ansi
{
    /// <summary>The client's lines.</summary>
    public const string Client = "\e[36m";

    /// <summary>The server's lines.</summary>
    public const string Server = "\e[33m";

    /// <summary>A relay's lines.</summary>
    public const string Relay = "\e[35m";

    /// <summary>Warnings, resets and bad results.</summary>
    public const string Bad = "\e[31m";

    /// <summary>A good result.</summary>
    public const string Good = "\e[32m";

    /// <summary>The state and the phase.</summary>
    public const string Bold = "\e[1m";

    /// <summary>Ends any colour.</summary>
    public const string Plain = "\e[0m";

    /// <summary>Colours a text. A blank text stays as it is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="emphasis">One of the sequences; empty for none.</param>
    /// <param name="isOn">Whether colour is on.</param>
    public static string Paint(string text, string emphasis, bool isOn) =>
        isOn && emphasis != "" && text.AsSpan().Trim().Length > 0 ? emphasis + text + Plain : text;
}
