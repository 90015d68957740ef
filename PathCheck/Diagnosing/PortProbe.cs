using PathCheck.Protocol;
using TcpClose.Scenarios;

namespace PathCheck.Diagnosing;

/// <summary>
/// Finds out what is at a port that accepts a request and does not answer: a TLS server, a SOCKS proxy, or a path that
/// loses the answer. PathCheck serve answers a <paramref name="lasting"/> request with the test pattern, and sends no
/// FIN directly after it.
/// </summary>
internal sealed class PortProbe(
    PathCheckOptions options, Func<ConnectionId, PathRequest> lasting, CancellationToken stop)
{
    public const string LostAnswer = "PathCheck serve receives requests through the path, but the path loses an " +
        "answer that is directly followed by a FIN. PathCheck cannot judge such a path, because it does not receive " +
        "the far end's reports: fix the relay.";

    private const int MinPattern = 16;

    // A ClientHello of TLS 1.2, whose random number is 0. A TLS server answers it, at least with an alert.
    private static readonly byte[] ClientHello = Convert.FromHexString(
        "1603010059" + "01000055" + "0303" + new string('0', 64) + "00"
        + "000cc02fc02bc030c02c009c002f" + "0100"
        + "0020" + "000a00080006001d00170018" + "000b00020100" + "000d000a0008040308040401" + "0201");

    // A SOCKS 5 greeting that offers one method: "no authentication" (RFC 1928 3).
    private static readonly byte[] SocksGreeting = [0x05, 0x01, 0x00];

    private const byte TlsAlert = 0x15, TlsHandshake = 0x16, TlsMajor = 0x03, Socks5 = 0x05;

    /// <summary>What is at the port and what to do, in a sentence; null if that is unknown.</summary>
    public async Task<string?> ExplainAsync()
    {
        byte[][] answers = await Task.WhenAll(
            SendAsync(ClientHello), SendAsync(SocksGreeting), SendAsync(lasting(ConnectionId.Next())));
        return answers[0] is [TlsAlert or TlsHandshake, TlsMajor, ..]
                ? "the path leads to a TLS server, which does not answer without TLS: put a relay that begins TLS at "
                    + "this end (socat: OPENSSL)."
            : answers[1] is [Socks5, _]
                ? "the path leads to a SOCKS proxy: put a relay that speaks SOCKS at this end (socat: SOCKS4A)."
            : IsPattern(answers[2]) ? LostAnswer
            : null;
    }

    /// <summary>
    /// Whether several new connections all reach PathCheck serve. If they do, the path has lost the missing answers.
    /// </summary>
    public async Task<bool> AlwaysReachesFarEndAsync(int connections)
    {
        for (int i = 0; i < connections; i++)
            if (!IsPattern(await SendAsync(lasting(ConnectionId.Next())))) return false;
        return true;
    }

    private Task<byte[]> SendAsync(PathRequest request) => SendAsync(request.ToLine());

    private async Task<byte[]> SendAsync(byte[] bytes) => (await Exchange.RunAsync(
        options, bytes, Exchange.WaitOf(options), stop)).Bytes;

    private static bool IsPattern(ReadOnlySpan<byte> bytes)
    {
        byte[] expected = new byte[bytes.Length];
        TestPattern.Fill(expected, 0);
        return bytes.Length >= MinPattern && bytes.SequenceEqual(expected);
    }
}
