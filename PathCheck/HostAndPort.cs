using System.Text;
using TcpClose.Events;

namespace PathCheck;

/// <summary>A host and a port in one word of the command line: <c>127.0.0.1:9999</c>, <c>[::1]:9999</c>.</summary>
internal sealed record HostAndPort(string Host, int Port)
{
    /// <summary>Reads the word. An IPv6 address must be in brackets.</summary>
    public static HostAndPort? Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(text[(colon + 1)..], out int port) || port is < 1 or > 65535) return null;
        string host = text[..colon];
        return host.Contains(':') && !(host.StartsWith('[') && host.EndsWith(']')) ? null : new(host, port);
    }

    /// <summary>The error for a word that is not a host and a port.</summary>
    public static string Explain(string text) =>
        $"{Printable.Quote(Encoding.UTF8.GetBytes(text))} is not HOST:PORT: write 127.0.0.1:9999 or [::1]:9999";
}
