using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace SideBySide.Tracing;

/// <summary>
/// Linux: a packet socket (packet(7)), which receives the headers of frames on the loopback interface. The socket needs
/// CAP_NET_RAW. Root has this capability, and so has every user in a user namespace of its own.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class PacketSocket : IDisposable
{
    private const int SolSocket = 1, SoAttachFilter = 26, SoRcvBufForce = 33,
        SolPacket = 263, PacketIgnoreOutgoing = 23;
    private const uint SiocGStampNs = 0x8907;
    private const int MaxFrame = 2048;

    // The memory for frames that wait to be read, in bytes. The default of 208 KiB has room for about 250 frames. Only
    // root may exceed net.core.rmem_max (SO_RCVBUFFORCE, socket(7)).
    private const int BufferSize = 16 * 1024 * 1024;

    // Without a protocol the socket receives nothing until it is bound. By then it has its filter.
    private readonly Socket _socket = new(AddressFamily.Packet, SocketType.Raw, ProtocolType.Unspecified);
    private readonly byte[] _frame = new byte[MaxFrame];

    /// <summary>Begins to receive the frames of a TCP port.</summary>
    /// <exception cref="SocketException">The kernel does not allow it.</exception>
    public PacketSocket(int port)
    {
        try
        {
            Attach(PortFilter.Of(port));
            TryEnlargeBuffer();

            // The loopback interface delivers each frame twice, as outgoing and as incoming. The incoming frames are
            // enough: a firewall rule drops them only after the capture.
            _socket.SetRawSocketOption(SolPacket, PacketIgnoreOutgoing, BitConverter.GetBytes(1));
            _socket.Bind(new LinkEndPoint(InterfaceIndex("lo")));

            // The first request enables the time stamps.
            _ = Stamp();
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether the kernel allows this process a packet socket.</summary>
    public static bool IsAllowed()
    {
        try
        {
            new Socket(AddressFamily.Packet, SocketType.Raw, ProtocolType.Unspecified).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Waits for the next frame.</summary>
    /// <param name="time">The time of arrival, in seconds since 1970.</param>
    /// <returns>Its headers, valid until the next call.</returns>
    /// <exception cref="SocketException">The socket was closed, or the interface went down.</exception>
    public ReadOnlySpan<byte> Receive(out decimal time)
    {
        int length = _socket.Receive(_frame);
        time = Stamp();
        return _frame.AsSpan(0, length);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // The time of the frame that was received last (socket(7), SIOCGSTAMPNS).
    private decimal Stamp()
    {
        Span<long> time = stackalloc long[2];
        return GetStamp(_socket.SafeHandle, SiocGStampNs, time) < 0 ? 0 : time[0] + (time[1] / 1_000_000_000m);
    }

    private void TryEnlargeBuffer()
    {
        try
        {
            _socket.SetRawSocketOption(SolSocket, SoRcvBufForce, BitConverter.GetBytes(BufferSize));
        }
        catch (SocketException)
        {
            // An ordinary user may not exceed the maximum of the system.
            _socket.ReceiveBufferSize = BufferSize;
        }
    }

    private unsafe void Attach(ReadOnlySpan<ulong> program)
    {
        fixed (ulong* instructions = program)
        {
            // struct sock_fprog: the number of instructions, and a pointer to them.
            Span<byte> option = stackalloc byte[16];
            option.Clear();
            BitConverter.TryWriteBytes(option, (ushort)program.Length);
            BitConverter.TryWriteBytes(option[8..], (long)instructions);
            _socket.SetRawSocketOption(SolSocket, SoAttachFilter, option);
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int GetStamp(SafeHandle socket, nuint request, Span<long> time);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int InterfaceIndex(string name);

    // struct sockaddr_ll (packet(7)).
    private sealed class LinkEndPoint(int interfaceIndex) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, 20);
            Span<byte> bytes = address.Buffer.Span;
            BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], 3);       // sll_protocol: ETH_P_ALL
            BitConverter.TryWriteBytes(bytes[4..], interfaceIndex);     // sll_ifindex
            return address;
        }
    }
}
