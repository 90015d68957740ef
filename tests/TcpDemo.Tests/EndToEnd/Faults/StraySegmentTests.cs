using SideBySide.Timeline;
using SideBySide.Tracing;

namespace TcpDemo.Tests.EndToEnd.Faults;

/// <summary>
/// A segment that arrives after its connection has ended. The kernel replies with a RST (RFC 9293 3.10.7.1), but in
/// TIME-WAIT with an ACK. If the peer answers this ACK with a RST, TIME-WAIT ends early, unless <c>tcp_rfc1337</c> is
/// set (RFC 1337).
/// </summary>
[Trait("Tier", "Long")]
public sealed class StraySegmentTests
{
    private const string Bytes = "stray";

    // Sends one TCP segment on 127.0.0.1. Its arguments: both ports, the sequence and the acknowledgement number, and
    // the payload.
    private const string Send = """
        import socket, struct, sys
        source, destination, sequence, acknowledgement = map(int, sys.argv[1:5])
        data = sys.argv[5].encode()
        def checksum(b):
            b += b"\0" * (len(b) % 2)
            total = sum(struct.unpack("!%dH" % (len(b) // 2), b))
            while total >> 16: total = (total & 0xffff) + (total >> 16)
            return ~total & 0xffff
        def header(check):
            return struct.pack("!HHIIBBHHH",
                source, destination, sequence, acknowledgement, 5 << 4, 0x18, 512, check, 0)
        loopback = socket.inet_aton("127.0.0.1")
        pseudo = loopback + loopback + struct.pack("!BBH", 0, socket.IPPROTO_TCP, 20 + len(data))
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
        raw.sendto(header(checksum(pseudo + header(0) + data)) + data, ("127.0.0.1", 0))
        """;

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, "python3")]
    public async Task AStraySegmentToTheClosedServerSideDrawsAReset()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        (int port, List<Segment> wire) = await ClosedAsync(lab);
        Segment last = wire[^1];
        await SendAsync(lab, port, lab.Server.Port, last.RawSequence, last.RawAcknowledgement);

        // The RST's sequence number is the acknowledgement number of the stray segment (3.5.2).
        Segment reset = (await AfterAsync(lab, port, wire.Count, 2))[1];
        Assert.Equal((lab.Server.Port, "RST", last.RawAcknowledgement),
            (reset.FromPort, reset.Flags, reset.RawSequence));
        Assert.DoesNotContain(lab.Server.Events, e => e.Get<string>("Phase") == "ResetReceived");
    }

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, "python3")]
    public async Task AnOldDuplicateInTimeWaitDrawsAnAckAndTheResetInReplyEndsTimeWait()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        int port = await OldDuplicateAsync(lab);
        await lab.WaitForStatesAsync(null, null, port);
    }

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, "python3")]
    public async Task WithTcpRfc1337TimeWaitIgnoresThatReset()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        await lab.Inside.SetAsync("net/ipv4/tcp_rfc1337", 1);
        int port = await OldDuplicateAsync(lab);
        Assert.Equal(new FaultLab.EndStates("TIME-WAIT", null), await lab.ReadStatesAsync(port));
    }

    // Sends the echo again, as an old duplicate.
    private static async Task<int> OldDuplicateAsync(FaultLab lab)
    {
        (int port, List<Segment> wire) = await ClosedAsync(lab);
        Segment echo = wire.First(s => s.FromPort != port && s.Length > 0);
        await SendAsync(lab, lab.Server.Port, port, echo.RawSequence, echo.RawAcknowledgement);
        List<Segment> after = await AfterAsync(lab, port, wire.Count, 3);
        Assert.Equal(["server PSH ACK", "client ACK", "server RST"],
            after.Select(s => $"{(s.FromPort == port ? "client" : "server")} {s.Flags}"));
        return port;
    }

    // Completes the default run: TIME-WAIT on the client's side, nothing on the server's.
    private static async Task<(int Port, List<Segment> Wire)> ClosedAsync(FaultLab lab)
    {
        await lab.CaptureAsync();
        await using ClientConsole client = lab.StartClient();
        Assert.Equal(0, (await client.EndAsync()).ExitCode);
        int port = await client.PortAsync();
        await lab.WaitForStatesAsync("TIME-WAIT", null, port);
        return (port, await lab.WireAsync(port, all => all.Count == DefaultRunTests.ElevenSegments.Length));
    }

    private static async Task SendAsync(FaultLab lab, int from, int to, uint sequence, uint acknowledgement) =>
        await lab.Inside.RunAsync("python3",
            ["-c", Send, $"{from}", $"{to}", $"{sequence}", $"{acknowledgement}", Bytes]);

    private static async Task<List<Segment>> AfterAsync(FaultLab lab, int port, int before, int count) =>
        [.. (await lab.WireAsync(port, all => all.Count >= before + count)).Skip(before)];
}
