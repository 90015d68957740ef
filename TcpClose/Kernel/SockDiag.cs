using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace TcpClose.Kernel;

/// <summary>
/// Linux: queries the kernel for one connection over a netlink socket (sock_diag(7)), in about 5 microseconds. Unlike
/// TCP_INFO it finds a connection in TIME-WAIT, and a connection whose descriptor is closed. One socket serves the
/// whole process.
/// </summary>
public static partial class SockDiag
{
    private const int AfInet = 2, AfInet6 = 10, AfNetlink = 16, SockDgramCloexec = 2 | 0x80000, NetlinkSockDiag = 4;
    private const int HeaderSize = 16, RequestSize = HeaderSize + 56, AnswerSize = HeaderSize + 72;
    private const ushort SockDiagByFamily = 20, NlmsgError = 2, NlmsgDone = 3, NlmFRequest = 1, NlmFDump = 0x300;
    private const int Enoent = -2;
    private const byte TimeWaitTimer = 3;

    private static readonly Lock Gate = new();
    private static Socket? _netlink;
    private static uint _sequence;

    /// <summary>
    /// Queries the kernel: CLOSED if it holds no such connection, null if the state is unknown. Only a test passes
    /// another protocol.
    /// </summary>
    internal static KernelConnectionTable.Row? Find(
        IPEndPoint local, IPEndPoint remote, ProtocolType protocol = ProtocolType.Tcp)
    {
        lock (Gate)
        {
            try
            {
                _netlink ??= Open();
                if (_netlink is null) return null;
                Span<byte> message = stackalloc byte[512];
                WriteRequest(message[..RequestSize], local, remote, protocol);
                _netlink.Send(message[..RequestSize]);
                ReadOnlySpan<byte> answer = message[.._netlink.Receive(message)];
                if (IsNotFound(answer)) return CanReport(_netlink, protocol) ? new(TcpState.Closed, null) : null;
                return ParseAnswer(answer, local, remote);
            }
            catch (SocketException)
            {
                // The next query uses a new socket, because the answer to this one may still arrive.
                _netlink?.Dispose();
                _netlink = null;
                return null;
            }
        }
    }

    private static Socket? Open()
    {
        int descriptor = OpenSocket(AfNetlink, SockDgramCloexec, NetlinkSockDiag);
        if (descriptor < 0) return null;
        return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true))
        {
            ReceiveTimeout = 1000,
            SendTimeout = 1000,
        };
    }

    // struct nlmsghdr, then struct inet_diag_req_v2 (linux/inet_diag.h). Ports and addresses are in network order.
    private static void WriteRequest(Span<byte> request, IPEndPoint local, IPEndPoint remote, ProtocolType protocol)
    {
        request.Clear();
        MemoryMarshal.Write(request, RequestSize);
        MemoryMarshal.Write(request[4..], SockDiagByFamily);
        MemoryMarshal.Write(request[6..], NlmFRequest);
        MemoryMarshal.Write(request[8..], ++_sequence);
        Span<byte> body = request[HeaderSize..];
        body[0] = (byte)(local.AddressFamily == AddressFamily.InterNetworkV6 ? AfInet6 : AfInet);
        body[1] = (byte)protocol;
        MemoryMarshal.Write(body[4..], uint.MaxValue);      // any state
        BinaryPrimitives.WriteUInt16BigEndian(body[8..], (ushort)local.Port);
        BinaryPrimitives.WriteUInt16BigEndian(body[10..], (ushort)remote.Port);
        local.Address.TryWriteBytes(body[12..], out _);
        remote.Address.TryWriteBytes(body[28..], out _);
        if (local.Address.IsIPv6LinkLocal) MemoryMarshal.Write(body[44..], (uint)local.Address.ScopeId);
        MemoryMarshal.Write(body[48..], ulong.MaxValue);    // any cookie
    }

    private static KernelConnectionTable.Row? ParseAnswer(
        ReadOnlySpan<byte> answer, IPEndPoint local, IPEndPoint remote)
    {
        // After any error except ENOENT the state is unknown.
        if (TypeOf(answer) != SockDiagByFamily || answer.Length < AnswerSize) return null;
        ReadOnlySpan<byte> body = answer[HeaderSize..];

        // If no connection matches, the kernel may return the socket that listens on the local port.
        bool ours = BinaryPrimitives.ReadUInt16BigEndian(body[4..]) == local.Port
            && BinaryPrimitives.ReadUInt16BigEndian(body[6..]) == remote.Port;
        if (!ours) return new(TcpState.Closed, null);
        if (StateNames.FromLinux(body[1]) is not TcpState state) return null;
        bool timed = body[2] == TimeWaitTimer;
        return new(state, timed ? TimeSpan.FromMilliseconds(MemoryMarshal.Read<uint>(body[52..])) : null);
    }

    private static bool IsNotFound(ReadOnlySpan<byte> answer) =>
        TypeOf(answer) == NlmsgError && MemoryMarshal.Read<int>(answer[HeaderSize..]) == Enoent;

    // A kernel without the module tcp_diag answers every query with ENOENT. With the module, a query for an empty set
    // of states succeeds.
    private static bool CanReport(Socket netlink, ProtocolType protocol)
    {
        Span<byte> message = stackalloc byte[512];
        Span<byte> request = message[..RequestSize];
        WriteRequest(request, new IPEndPoint(IPAddress.Any, 0), new IPEndPoint(IPAddress.Any, 0), protocol);
        MemoryMarshal.Write(request[6..], (ushort)(NlmFRequest | NlmFDump));
        MemoryMarshal.Write(request[(HeaderSize + 4)..], 0u);
        netlink.Send(request);
        ReadOnlySpan<byte> answer = message[..netlink.Receive(message)];
        return TypeOf(answer) == NlmsgDone && MemoryMarshal.Read<int>(answer[HeaderSize..]) >= 0;
    }

    // An answer to an earlier query counts as a socket error.
    private static ushort TypeOf(ReadOnlySpan<byte> answer) =>
        answer.Length >= HeaderSize + sizeof(int) && MemoryMarshal.Read<uint>(answer[8..]) == _sequence
            ? MemoryMarshal.Read<ushort>(answer[4..])
            : throw new SocketException((int)SocketError.ProtocolType);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int domain, int type, int protocol);
}
