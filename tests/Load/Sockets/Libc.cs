using System.Runtime.InteropServices;

namespace Load.Sockets;

/// <summary>
/// The socket calls of libc, with the constants of Linux on x64 and arm64. System.Net.Sockets would cost more CPU time
/// than the server uses.
/// </summary>
internal static unsafe partial class Libc
{
    public const int SockStream = 1, SockNonblock = 0x800, SockCloexec = 0x80000;
    public const int SolSocket = 1, SoRcvbuf = 8, SoLinger = 13;
    public const int SolIp = 0, IpBindAddressNoPort = 24;
    public const int SolTcp = 6, TcpMaxseg = 2, TcpInfo = 11;
    public const int ShutWr = 1, MsgNosignal = 0x4000;

    public const int Eintr = 4, Eagain = 11, Enfile = 23, Emfile = 24, Epipe = 32, Eaddrnotavail = 99,
        Enetunreach = 101, Econnreset = 104, Etimedout = 110, Econnrefused = 111, Ehostunreach = 113, Einprogress = 115;

    /// <summary>The error number of the last call, if it failed.</summary>
    public static int Error => Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int descriptor, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int descriptor, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int descriptor, byte* bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, byte* bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int descriptor, int how);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int descriptor, int level, int name, void* value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int descriptor, int level, int name, void* value, int* length);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, void* wanted);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, void* ready, int maxEvents, int milliseconds);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    public static partial int ClockGetTime(int clock, long* time);
}
