using System.Buffers.Binary;
using static System.Numerics.BitOperations;

namespace PathCheck.Protocol;

/// <summary>
/// SHA-256 (FIPS 180-4) of bytes that arrive in parts. The one of .NET loads OpenSSL on Linux, and ends the process if
/// there is none, as in an empty container. This one needs nothing from the machine.
/// </summary>
internal sealed class Sha256
{
    private const int BlockSize = 64;

    // The last block ends with the length in bits, in eight bytes.
    private const int LengthSize = 8;

    private static readonly uint[] Constants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    private readonly uint[] _state =
    [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ];

    private readonly byte[] _rest = new byte[BlockSize];
    private long _length;

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        int kept = (int)(_length % BlockSize);
        _length += bytes.Length;
        if (kept > 0)
        {
            int taken = Math.Min(BlockSize - kept, bytes.Length);
            bytes[..taken].CopyTo(_rest.AsSpan(kept));
            bytes = bytes[taken..];
            if (kept + taken < BlockSize) return;
            AddBlock(_state, _rest);
        }

        for (; bytes.Length >= BlockSize; bytes = bytes[BlockSize..]) AddBlock(_state, bytes[..BlockSize]);
        bytes.CopyTo(_rest);
    }

    /// <summary>The digest of all bytes so far, as 64 hexadecimal digits. More bytes may follow.</summary>
    public string ToHex()
    {
        Span<uint> state = stackalloc uint[8];
        _state.CopyTo(state);
        Span<byte> end = stackalloc byte[2 * BlockSize];
        end.Clear();
        int kept = (int)(_length % BlockSize);
        _rest.AsSpan(0, kept).CopyTo(end);
        end[kept] = 0x80;
        end = end[..(kept + 1 + LengthSize <= BlockSize ? BlockSize : 2 * BlockSize)];
        BinaryPrimitives.WriteInt64BigEndian(end[^LengthSize..], _length * 8);
        for (; end.Length > 0; end = end[BlockSize..]) AddBlock(state, end[..BlockSize]);

        Span<byte> digest = stackalloc byte[8 * sizeof(uint)];
        for (int i = 0; i < state.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(digest[(i * sizeof(uint))..], state[i]);
        return Convert.ToHexStringLower(digest);
    }

    // The letters are those of FIPS 180-4, 6.2.2.
    private static void AddBlock(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[64];
        for (int t = 0; t < 16; t++) w[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(t * sizeof(uint))..]);
        for (int t = 16; t < w.Length; t++)
        {
            uint x = w[t - 15], y = w[t - 2];
            w[t] = w[t - 16] + w[t - 7]
                + (RotateRight(x, 7) ^ RotateRight(x, 18) ^ (x >> 3))
                + (RotateRight(y, 17) ^ RotateRight(y, 19) ^ (y >> 10));
        }

        uint a = state[0], b = state[1], c = state[2], d = state[3];
        uint e = state[4], f = state[5], g = state[6], h = state[7];
        for (int t = 0; t < w.Length; t++)
        {
            uint t1 = h + Constants[t] + w[t] + ((e & f) ^ (~e & g))
                + (RotateRight(e, 6) ^ RotateRight(e, 11) ^ RotateRight(e, 25));
            uint t2 = ((a & b) ^ (a & c) ^ (b & c))
                + (RotateRight(a, 2) ^ RotateRight(a, 13) ^ RotateRight(a, 22));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}
