using System.Globalization;
using System.Text.RegularExpressions;

namespace SideBySide.Relays;

/// <summary>
/// A command that starts a relay, for the system's shell. <c>{listen}</c> is the port on which the relay must listen,
/// <c>{server}</c> the port of the server.
/// </summary>
internal sealed partial record RelayTemplate(string Text)
{
    /// <summary>The placeholders.</summary>
    public const string Listen = "{listen}", Server = "{server}";

    /// <summary>An example for a message.</summary>
    public const string Example = "socat TCP-LISTEN:{listen},fork TCP:127.0.0.1:{server}";

    /// <summary>Parses a command; null if it lacks a placeholder.</summary>
    public static RelayTemplate? Parse(string text) =>
        text.Contains(Listen, StringComparison.Ordinal) && text.Contains(Server, StringComparison.Ordinal)
            ? new RelayTemplate(text)
            : null;

    /// <summary>The command for a title: without the folders in the program's path.</summary>
    public string Title(int listen, int server) => ProgramWithPath().Replace(Fill(listen, server), "$1$2$3");

    /// <summary>The command for two ports.</summary>
    public string Fill(int listen, int server) => Text
        .Replace(Listen, listen.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace(Server, server.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    // In quotation marks or without them.
    [GeneratedRegex("""^(?:'[^']*/([^'/]+)'|"[^"]*/([^"/]+)"|[^\s'"]*/([^\s'"/]+))""")]
    private static partial Regex ProgramWithPath();
}
