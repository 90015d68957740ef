using TcpClose.Scenarios;

namespace Load.Sockets;

/// <summary>
/// The bytes that every connection sends, made once: a fixed sequence over and over, so that a part of any length can
/// be sent or compared where it lies. Each connection begins at another place of it: an echo that went to the wrong one
/// is noticed.
/// </summary>
internal static unsafe class PayloadBytes
{
    /// <summary>The longest part.</summary>
    public const int MaxPartLength = 1024 * 1024;

    private const int Period = 65_521, Stride = 7_919;

    // Pinned, for calls that take a pointer.
    private static readonly byte[] Bytes = Make();
    private static readonly byte* First =
        (byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(Bytes, 0);

    /// <summary>Where the connection with this number begins.</summary>
    public static long BeginningOf(long number) => number * Stride % Period;

    /// <summary>The bytes from a place on: <see cref="MaxPartLength"/> of them at least.</summary>
    public static byte* At(long position) => First + (position % Period);

    private static byte[] Make()
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(Period + MaxPartLength, pinned: true);
        Span<byte> once = bytes.AsSpan(0, Period);
        TestPattern.Fill(once, 0);
        for (int at = Period; at < bytes.Length; at += Period)
            once[..Math.Min(Period, bytes.Length - at)].CopyTo(bytes.AsSpan(at));
        return bytes;
    }
}
