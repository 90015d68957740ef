using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PathCheck.Protocol;

/// <summary>
/// The id of a connection: 128 random bits, which cannot be guessed, written as 32 hexadecimal digits.
/// </summary>
internal readonly partial record struct ConnectionId(UInt128 Number)
{
    private const int Digits = 32;

    /// <summary>A new id.</summary>
    public static ConnectionId Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        return new ConnectionId(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>Parses exactly 32 hexadecimal digits.</summary>
    public static bool TryParse(string text, out ConnectionId id)
    {
        const NumberStyles Hexadecimal = NumberStyles.AllowHexSpecifier;
        bool good = UInt128.TryParse(text, Hexadecimal, CultureInfo.InvariantCulture, out UInt128 number)
            && text.Length == Digits;
        id = new ConnectionId(number);
        return good;
    }

    /// <summary>The id as <see cref="TryParse"/> accepts it.</summary>
    public override string ToString() => Number.ToString("x32", CultureInfo.InvariantCulture);

    // On Linux the bits come from the kernel, because .NET's generator loads OpenSSL, which a container may not have. A
    // call for at most 256 bytes always returns all of them.
    private static void Fill(Span<byte> bytes)
    {
        if (!OperatingSystem.IsLinux()) RandomNumberGenerator.Fill(bytes);
        else if (GetRandom(bytes, bytes.Length, 0) != bytes.Length)
            throw new IOException("The kernel has no random bytes: getrandom failed.");
    }

    [LibraryImport("libc", EntryPoint = "getrandom")]
    private static partial nint GetRandom(Span<byte> bytes, nint count, uint flags);
}
