using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace SideBySide.Tools;

/// <summary>Linux: the loopback interface of this network namespace. In a new namespace it is down.</summary>
[SupportedOSPlatform("linux")]
internal static partial class LoopbackInterface
{
    private const nuint SiocSIfFlags = 0x8914;      // netdevice(7)
    private const byte IffUp = 1;
    private const int RequestSize = 40, FlagsAt = 16;       // struct ifreq

    /// <summary>Brings it up, as <c>ip link set lo up</c> does.</summary>
    /// <exception cref="Win32Exception">The kernel does not allow it.</exception>
    public static void BringUp()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Span<byte> request = stackalloc byte[RequestSize];
        request.Clear();
        "lo"u8.CopyTo(request);
        request[FlagsAt] = IffUp;
        if (SetFlags(socket.SafeHandle, SiocSIfFlags, request) < 0) throw new Win32Exception();
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int SetFlags(SafeHandle socket, nuint request, Span<byte> interfaceRequest);
}
