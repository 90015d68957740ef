using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TcpClose.Cli;

namespace Load.Sockets;

/// <summary>An epoll instance (epoll(7)), which reports each change of its sockets once (edge-triggered).</summary>
internal sealed unsafe class Epoll
{
    /// <summary>The kinds of changes: readable, writable, an error, both directions ended, the peer's FIN.</summary>
    public const uint In = 1, Out = 4, Err = 8, Hup = 0x10, RdHup = 0x2000;

    private const uint EdgeTriggered = 1u << 31;
    private const int MaxEvents = 512, CtlAdd = 1, CtlMod = 3;

    // struct epoll_event is packed on x64 only.
    private static readonly int Size = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16,
        DataAt = Size - 8;

    private readonly int _descriptor = Libc.EpollCreate(0);
    private readonly byte* _ready = (byte*)NativeMemory.AllocZeroed((nuint)(MaxEvents * 16));

    /// <summary>Starts to report incoming bytes, the FIN and errors of a socket under this number.</summary>
    public void Add(int socket, int number) => Control(CtlAdd, socket, number, In | RdHup);

    /// <summary>Also reports when the socket is connected, or becomes writable.</summary>
    public void AddRoom(int socket, int number) => Control(CtlMod, socket, number, In | RdHup | Out);

    /// <summary>Waits for changes, and returns their number; 0 after the time-out or a signal.</summary>
    public int Wait(int milliseconds) => Math.Max(0, Libc.EpollWait(_descriptor, _ready, MaxEvents, milliseconds));

    /// <summary>The number of a changed socket, and what has changed.</summary>
    public (int Number, uint Changes) this[int index]
    {
        get
        {
            byte* entry = _ready + (index * Size);
            return ((int)Unsafe.ReadUnaligned<ulong>(entry + DataAt), Unsafe.ReadUnaligned<uint>(entry));
        }
    }

    private void Control(int operation, int socket, int number, uint wanted)
    {
        byte* entry = stackalloc byte[16];
        Unsafe.WriteUnaligned(entry, wanted | EdgeTriggered);
        Unsafe.WriteUnaligned(entry + DataAt, (ulong)number);
        if (Libc.EpollControl(_descriptor, operation, socket, entry) != 0)
            throw new CommandException($"epoll_ctl failed: {Marshal.GetPInvokeErrorMessage(Libc.Error)}.");
    }
}
