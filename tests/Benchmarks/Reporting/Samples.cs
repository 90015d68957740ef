using System.Globalization;

namespace Benchmarks.Reporting;

/// <summary>The measured values of one figure.</summary>
internal sealed class Samples
{
    private readonly double[] _sorted;

    public Samples(IReadOnlyCollection<double> values)
    {
        _sorted = [.. values];
        Array.Sort(_sorted);
    }

    public double Median => (_sorted[(_sorted.Length - 1) / 2] + _sorted[_sorted.Length / 2]) / 2;

    /// <summary>Formats the median. If there are several values, the minimum and the maximum follow.</summary>
    public string ToString(string format) => _sorted.Length == 1
        ? Write(Median, format)
        : $"{Write(Median, format)} ({Write(_sorted[0], format)}-{Write(_sorted[^1], format)})";

    /// <summary>Formats a number, independently of the culture.</summary>
    public static string Write(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
