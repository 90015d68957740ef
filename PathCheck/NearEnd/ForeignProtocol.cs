using System.Text;

namespace PathCheck.NearEnd;

/// <summary>Recognizes servers that speak another protocol, by the first bytes of their answer.</summary>
internal static class ForeignProtocol
{
    private const byte TlsAlert = 0x15, TlsMajor = 0x03, Socks5 = 0x05, SocksRejected = 0xff, Socks4Rejected = 0x5b;

    /// <summary>
    /// What the path leads to and what to do, for the middle and the end of a sentence; null if unknown.
    /// </summary>
    public static (string What, string Advice)? Recognize(ReadOnlySpan<byte> answer)
    {
        string text = Encoding.ASCII.GetString(answer);
        return text.StartsWith("HTTP/", StringComparison.Ordinal)
                ? ("an HTTP server or proxy", "through a proxy, put a relay that speaks HTTP CONNECT at this end "
                    + "(socat: PROXY)")
            : text.StartsWith("SSH-", StringComparison.Ordinal)
                ? ("an SSH server", "let the port-forward lead to PathCheck serve")
            : text.StartsWith("220", StringComparison.Ordinal)
                ? ("a mail or FTP server", "start PathCheck serve in its place")
            : answer is [TlsAlert, TlsMajor, ..]
                ? ("a TLS server", "put a relay that begins TLS at this end (socat: OPENSSL)")
            : answer is [Socks5, SocksRejected, ..] or [0, Socks4Rejected, ..]
                ? ("a SOCKS proxy", "put a relay that speaks SOCKS at this end (socat: SOCKS4A)")
            : null;
    }
}
