using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace TcpClose.Kernel;

/// <summary>
/// Linux: asks the kernel for one connection by its two ends over a netlink socket (sock_diag(7)), about 5 microseconds.
/// Unlike TCP_INFO it still finds the connection when the descriptor is closed, and it finds TIME-WAIT.
/// One socket serves the process, so no question ever costs a descriptor.
/// </summary>
public static partial class SockDiag
{
    private const int AfInet = 2, AfInet6 = 10, AfNetlink = 16, SockDgramCloexec = 2 | 0x80000, NetlinkSockDiag = 4;
    private const int HeaderSize = 16, RequestSize = HeaderSize + 56, AnswerSize = HeaderSize + 72;
    private const ushort SockDiagByFamily = 20, NlmsgError = 2, NlmFRequest = 1;
    private const int Enoent = -2;
    private const byte TimeWaitTimer = 3;

    private static readonly Lock Gate = new();
    private static Socket? _netlink;
    private static uint _sequence;

    /// <summary>The kernel's answer, CLOSED where it holds no such connection, or null where it gave no answer.</summary>
    internal static KernelConnectionTable.Row? Find(IPEndPoint local, IPEndPoint remote)
    {
        lock (Gate)
        {
            try
            {
                _netlink ??= Open();
                if (_netlink is null) return null;
                Span<byte> message = stackalloc byte[512];
                WriteRequest(message[..RequestSize], local, remote);
                _netlink.Send(message[..RequestSize]);
                return ParseAnswer(message[.._netlink.Receive(message)], local, remote);
            }
            catch (SocketException)
            {
                // An answer that never came must not be taken for the next question's: begin anew.
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
        return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true)) { ReceiveTimeout = 1000, SendTimeout = 1000 };
    }

    // struct nlmsghdr, then struct inet_diag_req_v2 (linux/inet_diag.h). Ports and addresses are in network order.
    private static void WriteRequest(Span<byte> request, IPEndPoint local, IPEndPoint remote)
    {
        request.Clear();
        MemoryMarshal.Write(request, RequestSize);
        MemoryMarshal.Write(request[4..], SockDiagByFamily);
        MemoryMarshal.Write(request[6..], NlmFRequest);
        MemoryMarshal.Write(request[8..], ++_sequence);
        Span<byte> body = request[HeaderSize..];
        body[0] = (byte)(local.AddressFamily == AddressFamily.InterNetworkV6 ? AfInet6 : AfInet);
        body[1] = (byte)ProtocolType.Tcp;
        MemoryMarshal.Write(body[4..], uint.MaxValue);      // any state
        BinaryPrimitives.WriteUInt16BigEndian(body[8..], (ushort)local.Port);
        BinaryPrimitives.WriteUInt16BigEndian(body[10..], (ushort)remote.Port);
        local.Address.TryWriteBytes(body[12..], out _);
        remote.Address.TryWriteBytes(body[28..], out _);
        if (local.Address.IsIPv6LinkLocal) MemoryMarshal.Write(body[44..], (uint)local.Address.ScopeId);
        MemoryMarshal.Write(body[48..], ulong.MaxValue);    // any cookie
    }

    private static KernelConnectionTable.Row? ParseAnswer(ReadOnlySpan<byte> answer, IPEndPoint local, IPEndPoint remote)
    {
        // An answer to an earlier question: the socket is given up in Find, and the next question begins anew.
        if (answer.Length < HeaderSize + 4 || MemoryMarshal.Read<uint>(answer[8..]) != _sequence)
            throw new SocketException((int)SocketError.ProtocolType);
        ReadOnlySpan<byte> body = answer[HeaderSize..];
        if (MemoryMarshal.Read<ushort>(answer[4..]) == NlmsgError)
            return MemoryMarshal.Read<int>(body) == Enoent ? new(TcpState.Closed, null) : null;
        if (answer.Length < AnswerSize) return null;

        // Where nothing matches, the kernel falls back to the socket that listens on the local port: not our connection.
        bool ours = BinaryPrimitives.ReadUInt16BigEndian(body[4..]) == local.Port
            && BinaryPrimitives.ReadUInt16BigEndian(body[6..]) == remote.Port;
        if (!ours) return new(TcpState.Closed, null);
        if (StateNames.FromLinux(body[1]) is not TcpState state) return null;
        bool timed = body[2] == TimeWaitTimer;
        return new(state, timed ? TimeSpan.FromMilliseconds(MemoryMarshal.Read<uint>(body[52..])) : null);
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int domain, int type, int protocol);
}
