using System.Numerics;

namespace Load.Reporting;

/// <summary>
/// Times in nanoseconds, counted in a fixed number of boxes: 128 of equal width between each power of two and the next,
/// so that a percentile is never more than 1 % too high. The longest is kept as it is.
/// </summary>
internal sealed class Histogram
{
    private const int Bits = 7, Boxes = 1 << Bits;
    private readonly long[] _counts = new long[(64 - Bits) * Boxes];

    public long Count { get; private set; }

    public long Max { get; private set; }

    public void Add(long nanoseconds)
    {
        _counts[Box(nanoseconds)]++;
        Count++;
        if (nanoseconds > Max) Max = nanoseconds;
    }

    /// <summary>The time that so many (0 to 1) of all do not exceed; 0 where there is none.</summary>
    public long Percentile(double part)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(part * Count));
        for (int box = 0; box < _counts.Length; box++)
            if ((rank -= _counts[box]) <= 0) return Math.Min(Top(box), Max);
        return Max;
    }

    // Below 128 a box for each number; above, the seven bits behind the leading one choose among the boxes of its
    // power.
    private static int Box(long time)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)time) - Bits);
        return (shift * Boxes) + (int)(time >> shift);
    }

    // The longest time that falls into the box.
    private static long Top(int box)
    {
        if (box < 2 * Boxes) return box;
        int shift = (box / Boxes) - 1;
        return ((long)(box - (shift * Boxes) + 1) << shift) - 1;
    }
}
