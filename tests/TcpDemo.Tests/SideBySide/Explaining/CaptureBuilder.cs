using System.Buffers.Binary;
using SideBySide.Captures;
using TcpClose.Events;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>
/// Writes a capture of the segments that two correct ends would send. Optional arguments change a segment.
/// </summary>
internal sealed class CaptureBuilder
{
    public const int ClientPort = 40000, ServerPort = 8888;

    private const uint Magic = 0xa1b23c4d;      // nanoseconds

    private readonly List<(double At, byte[] Frame, int Snap)> _frames = [];
    private readonly long[] _next = [1000, 5000];           // by Side: the next sequence number
    private readonly ushort[] _ids = [100, 30000];
    private double _now;
    private uint _timeStamp;
    private int _lastHeader;
    private byte[] _lastSegment = [];
    private ushort _icmpId = 500;

    /// <summary>The link type of the file: 1 Ethernet, 0 loopback, 101 raw IP, 113 and 276 Linux cooked.</summary>
    public int LinkType { get; init; } = 1;

    /// <summary>Whether the packets are IPv6.</summary>
    public bool IsIPv6 { get; init; }

    /// <summary>Whether the frames have an 802.1Q tag.</summary>
    public bool HasVlan { get; init; }

    /// <summary>Whether the segments have the time stamp option. Its value is the time of the segment.</summary>
    public bool HasTimeStamps { get; init; }

    /// <summary>Whether both ends have the address 127.0.0.1.</summary>
    public bool IsLoopback { get; init; }

    /// <summary>The client's port.</summary>
    public int Client { get; set; } = ClientPort;

    /// <summary>
    /// Adds a segment, <paramref name="after"/> seconds after the last one. <paramref name="sequence"/> and
    /// <paramref name="acknowledgement"/> are added to the correct numbers. A <paramref name="snap"/> other than 0
    /// truncates the captured frame.
    /// </summary>
    public CaptureBuilder Add(Side side, TcpFlags flags, int length = 0, double after = 0.01, long sequence = 0,
        long acknowledgement = 0, byte ttl = 64, ushort? id = null, int window = 512, bool isCaptured = true,
            int snap = 0)
    {
        int own = (int)side;
        _now += after;
        if (HasTimeStamps) _timeStamp = 1000 + (uint)Math.Round(_now * 1000);
        long from = _next[own] + sequence,
            ack = flags.HasFlag(TcpFlags.Ack) ? _next[1 - own] + acknowledgement : 0,
            end = from + length + (flags.HasFlag(TcpFlags.Syn) ? 1 : 0) + (flags.HasFlag(TcpFlags.Fin) ? 1 : 0);
        ushort identification = id ?? ++_ids[own];
        if (isCaptured)
            _frames.Add((_now, Frame(side, flags, length, (uint)from, (uint)ack, ttl, identification, window), snap));
        if (!flags.HasFlag(TcpFlags.Rst)) _next[own] = Math.Max(_next[own], end);
        return this;
    }

    /// <summary>Adds a copy of the last frame, as from a capture <paramref name="hops"/> routers away.</summary>
    public CaptureBuilder Copy(double after = 0.0001, int hops = 0)
    {
        _now += after;
        byte[] copy = [.. _frames[^1].Frame];
        copy[_lastHeader + (IsIPv6 ? 7 : 8)] -= (byte)hops;
        _frames.Add((_now, copy, 0));
        return this;
    }

    /// <summary>
    /// Adds an ICMP error that quotes the last segment. A router sends it if <paramref name="router"/> is true,
    /// otherwise the receiver of the segment.
    /// </summary>
    public CaptureBuilder Icmp(byte type, byte code, int mtu = 0, bool router = true)
    {
        byte[] quoted = _lastSegment[_lastHeader..], error = [type, code, 0, 0, 0, 0, 0, 0, .. quoted];
        int header = IsIPv6 ? 40 : 20;
        if (IsIPv6) BinaryPrimitives.WriteUInt32BigEndian(error.AsSpan(4), (uint)mtu);
        else BinaryPrimitives.WriteUInt16BigEndian(error.AsSpan(6), (ushort)mtu);
        byte[] ip = [.. quoted[..header]];
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(IsIPv6 ? 4 : 2),
            (ushort)(error.Length + (IsIPv6 ? 0 : header)));
        ip[IsIPv6 ? 6 : 9] = (byte)(IsIPv6 ? 58 : 1);
        int address = IsIPv6 ? 16 : 4, from = header - (2 * address);
        byte[] source = [.. ip[from..(from + address)]], target = [.. ip[(from + address)..]];
        if (router) target[^1] = 99;
        target.CopyTo(ip, from);
        source.CopyTo(ip, from + address);
        if (!IsIPv6) BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(4), ++_icmpId);
        _now += 0.0001;
        _frames.Add((_now, [.. _lastSegment[.._lastHeader], .. ip, .. error], 0));
        return this;
    }

    /// <summary>Adds a copy of the last frame, as a router captures it on its other interface.</summary>
    public CaptureBuilder Forward(double after = 0.0001)
    {
        byte[] forwarded = (byte[])_frames[^1].Frame.Clone();
        forwarded[LinkHeader().Length + (IsIPv6 ? 7 : 8)]--;
        _frames.Add((_now += after, forwarded, 0));
        return Outgoing();
    }

    /// <summary>
    /// Marks the last frame as sent by the capturing host. Only the Linux cooked link types have this mark.
    /// </summary>
    public CaptureBuilder Outgoing()
    {
        _frames[^1].Frame[LinkType == 276 ? 10 : 1] = 4;
        return this;
    }

    /// <summary>SYN, SYN ACK, ACK.</summary>
    public CaptureBuilder Open() => Add(Side.Client, TcpFlags.Syn).Add(Side.Server, TcpFlags.Syn | TcpFlags.Ack)
        .Add(Side.Client, TcpFlags.Ack);

    /// <summary>Data and its ACK.</summary>
    public CaptureBuilder Data(Side side, int length, double after = 0.01) =>
        Add(side, TcpFlags.Psh | TcpFlags.Ack, length, after).Add(side.Peer(), TcpFlags.Ack);

    /// <summary>FIN and its ACK.</summary>
    public CaptureBuilder Fin(Side side, double after = 0.01) =>
        Add(side, TcpFlags.Fin | TcpFlags.Ack, after: after).Add(side.Peer(), TcpFlags.Ack);

    /// <summary>Advances the time and the sequence numbers, for a new connection between the same ends.</summary>
    public CaptureBuilder Again(double after)
    {
        _now += after;
        _next[0] += 100_000;
        _next[1] += 100_000;
        return this;
    }

    /// <summary>Writes the file.</summary>
    public string Write(string file)
    {
        using FileStream output = File.Create(file);
        Span<byte> header = stackalloc byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 65535);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], LinkType);
        output.Write(header);
        Span<byte> record = stackalloc byte[16];
        foreach ((double at, byte[] frame, int snap) in _frames)
        {
            long nanoseconds = (long)Math.Round(at * 1e9);
            int kept = snap == 0 ? frame.Length : Math.Min(snap, frame.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(1_700_000_000 + (nanoseconds / 1_000_000_000)));
            BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(nanoseconds % 1_000_000_000));
            BinaryPrimitives.WriteInt32LittleEndian(record[8..], kept);
            BinaryPrimitives.WriteInt32LittleEndian(record[12..], frame.Length);
            output.Write(record);
            output.Write(frame.AsSpan(0, kept));
        }

        return file;
    }

    private byte[] Frame(Side side, TcpFlags flags, int length, uint sequence, uint ack, byte ttl, ushort id,
        int window)
    {
        byte[] tcp = new byte[20 + (HasTimeStamps ? 12 : 0) + length];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)(side == Side.Client ? Client : ServerPort));
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), (ushort)(side == Side.Client ? ServerPort : Client));
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(8), ack);
        tcp[12] = (byte)(HasTimeStamps ? 0x80 : 0x50);
        if (HasTimeStamps)
        {
            ((byte[])[1, 1, 8, 10]).CopyTo(tcp, 20);
            BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(24), _timeStamp);
        }

        tcp[13] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(14), (ushort)window);
        byte[] link = LinkHeader();
        _lastHeader = link.Length;
        byte[] ip = IsIPv6 ? IPv6Header(side, tcp.Length, ttl) : IPv4Header(side, tcp.Length, ttl, id);
        return _lastSegment = [.. link, .. ip, .. tcp];
    }

    private byte[] LinkHeader()
    {
        byte[] type = IsIPv6 ? [0x86, 0xdd] : [0x08, 0x00];
        return LinkType switch
        {
            1 => [.. new byte[12], .. HasVlan ? (byte[])[0x81, 0x00, 0x00, 0x07] : [], .. type],
            0 => [IsIPv6 ? (byte)10 : (byte)2, 0, 0, 0],
            101 => [],
            113 => [0, 0, 0, 1, 0, 6, .. new byte[8], .. type],
            276 => [.. type, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, .. new byte[8]],
            _ => throw new InvalidOperationException($"link type {LinkType}"),
        };
    }

    private byte[] IPv4Header(Side side, int payload, byte ttl, ushort id)
    {
        byte[] header = new byte[20], client = IsLoopback ? [127, 0, 0, 1] : [10, 0, 0, 1],
            server = IsLoopback ? [127, 0, 0, 1] : [10, 0, 0, 2];
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(20 + payload));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), id);
        header[6] = 0x40;
        header[8] = ttl;
        header[9] = 6;
        (side == Side.Client ? client : server).CopyTo(header, 12);
        (side == Side.Client ? server : client).CopyTo(header, 16);
        return header;
    }

    private static byte[] IPv6Header(Side side, int payload, byte ttl)
    {
        byte[] header = new byte[40];
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)payload);
        header[6] = 6;
        header[7] = ttl;
        header[8] = header[24] = 0x20;
        header[9] = header[25] = 0x01;
        header[23] = side == Side.Client ? (byte)1 : (byte)2;
        header[39] = side == Side.Client ? (byte)2 : (byte)1;
        return header;
    }
}
