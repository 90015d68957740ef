using System.Numerics;

namespace Load.Reporting;

/// <summary>A histogram of times in nanoseconds. A percentile is at most 1 % too high. The maximum is exact.</summary>
internal sealed class Histogram
{
    private const int Bits = 7, Buckets = 1 << Bits;
    private readonly long[] _counts = new long[(64 - Bits) * Buckets];

    public long Count { get; private set; }

    public long Max { get; private set; }

    public void Add(long nanoseconds)
    {
        _counts[BucketOf(nanoseconds)]++;
        Count++;
        if (nanoseconds > Max) Max = nanoseconds;
    }

    /// <summary>The percentile for a fraction from 0 to 1; 0 if there are no times.</summary>
    public long Percentile(double fraction)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(fraction * Count));
        for (int bucket = 0; bucket < _counts.Length; bucket++)
            if ((rank -= _counts[bucket]) <= 0) return Math.Min(Top(bucket), Max);
        return Max;
    }

    // Each number below 128 has its own bucket. For a larger number, the highest bit selects a group of 128 buckets,
    // and the next seven bits select the bucket.
    private static int BucketOf(long time)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)time) - Bits);
        return (shift * Buckets) + (int)(time >> shift);
    }

    // The longest time that belongs to the bucket.
    private static long Top(int bucket)
    {
        if (bucket < 2 * Buckets) return bucket;
        int shift = (bucket / Buckets) - 1;
        return ((long)(bucket - (shift * Buckets) + 1) << shift) - 1;
    }
}
