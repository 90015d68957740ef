namespace SideBySide.Tracing;

/// <summary>
/// A program for the kernel's packet filter (classic BPF). It passes only the headers of the TCP segments of a port, so
/// that nothing else fills the socket's buffer. <see cref="SegmentDecoder"/> checks the headers again.
/// </summary>
internal static class PortFilter
{
    private const ushort LoadHalf = 0x28, LoadByte = 0x30, LoadHalfIndexed = 0x48, LoadIpv4HeaderLength = 0xB1;
    private const ushort JumpIfEqual = 0x15, JumpIfAnySet = 0x45, Return = 0x06;

    // The longest headers: Ethernet 14, IPv4 60, TCP 60 bytes.
    private const uint Headers = 134;

    /// <summary>The instructions. Offsets count from the start of an Ethernet frame.</summary>
    public static ulong[] Of(int port)
    {
        uint p = (uint)port;
        return
        [
            /*  0 */ Op(LoadHalf, 12),
            /*  1 */ Op(JumpIfEqual, 0x86DD, 0, 6),         // IPv6?
            /*  2 */ Op(LoadByte, 20),
            /*  3 */ Op(JumpIfEqual, 6, 0, 15),             // TCP?
            /*  4 */ Op(LoadHalf, 54),
            /*  5 */ Op(JumpIfEqual, p, 12, 0),             // from the port?
            /*  6 */ Op(LoadHalf, 56),
            /*  7 */ Op(JumpIfEqual, p, 10, 11),            // to the port?
            /*  8 */ Op(JumpIfEqual, 0x0800, 0, 10),        // IPv4?
            /*  9 */ Op(LoadByte, 23),
            /* 10 */ Op(JumpIfEqual, 6, 0, 8),              // TCP?
            /* 11 */ Op(LoadHalf, 20),
            /* 12 */ Op(JumpIfAnySet, 0x1FFF, 6, 0),        // a later fragment?
            /* 13 */ Op(LoadIpv4HeaderLength, 14),
            /* 14 */ Op(LoadHalfIndexed, 14),
            /* 15 */ Op(JumpIfEqual, p, 2, 0),              // from the port?
            /* 16 */ Op(LoadHalfIndexed, 16),
            /* 17 */ Op(JumpIfEqual, p, 0, 1),              // to the port?
            /* 18 */ Op(Return, Headers),
            /* 19 */ Op(Return, 0),
        ];
    }

    // struct sock_filter: code, jump if true, jump if false, operand.
    private static ulong Op(ushort code, uint operand, byte ifTrue = 0, byte ifFalse = 0) =>
        code | ((ulong)ifTrue << 16) | ((ulong)ifFalse << 24) | ((ulong)operand << 32);
}
