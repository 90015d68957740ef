using TcpClose.Scenarios;

namespace Load.Sockets;

/// <summary>
/// The bytes that the connections send: one fixed sequence, repeated. Successive connections begin at different
/// positions, so that an echo on the wrong connection is detected.
/// </summary>
internal static unsafe class PayloadBytes
{
    /// <summary>The maximum length of a part.</summary>
    public const int MaxPartLength = 1024 * 1024;

    private const int Period = 65_521, Stride = 7_919;

    // Pinned, because the system calls take a pointer.
    private static readonly byte[] Bytes = Generate();
    private static readonly byte* First =
        (byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(Bytes, 0);

    /// <summary>The position at which the connection with this serial number begins.</summary>
    public static long BeginningOf(long number) => number * Stride % Period;

    /// <summary>The bytes at a position. At least <see cref="MaxPartLength"/> of them can be read.</summary>
    public static byte* At(long position) => First + (position % Period);

    private static byte[] Generate()
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(Period + MaxPartLength, pinned: true);
        Span<byte> once = bytes.AsSpan(0, Period);
        TestPattern.Fill(once, 0);
        for (int at = Period; at < bytes.Length; at += Period)
            once[..Math.Min(Period, bytes.Length - at)].CopyTo(bytes.AsSpan(at));
        return bytes;
    }
}
