using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace PathCheck.Protocol;

/// <summary>The version of the far end: its answer to <c>PATHCHECK/1 info</c>.</summary>
internal sealed partial record FarEndInfo(string Version)
{
    /// <summary>This program as a far end.</summary>
    public static FarEndInfo Own { get; } = new(
        typeof(FarEndInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);

    /// <summary>The line on the wire.</summary>
    public byte[] ToLine() =>
        Encoding.ASCII.GetBytes($"{PathRequest.Preamble}{PathRequest.Info} PathCheck/{Version}\n");

    /// <summary>Parses a line without its line feed. Its content is not trusted.</summary>
    /// <returns>Null if the line has another form.</returns>
    public static FarEndInfo? Parse(ReadOnlySpan<byte> line) =>
        LineFormat().Match(Encoding.Latin1.GetString(line)) is { Success: true, Groups: var part }
            ? new FarEndInfo(part[1].Value)
            : null;

    [GeneratedRegex(@"\APATHCHECK/1 info PathCheck/([0-9A-Za-z.+-]{1,40})\z", RegexOptions.CultureInvariant)]
    private static partial Regex LineFormat();
}
