using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace PathCheck.Protocol;

/// <summary>
/// The id of a connection, under which the far end records what it observes: 128 random bits, which cannot be guessed,
/// written as 32 hexadecimal digits.
/// </summary>
/// <param name="Number">The bits.</param>
internal readonly record struct ConnectionId(UInt128 Number)
{
    private const int Digits = 32;

    /// <summary>A new id.</summary>
    public static ConnectionId Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
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
}
