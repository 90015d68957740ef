using System.Globalization;

namespace Benchmarks.Reporting;

/// <summary>One figure, measured several times.</summary>
internal sealed class Samples
{
    private readonly double[] _sorted;

    public Samples(IReadOnlyCollection<double> values)
    {
        _sorted = [.. values];
        Array.Sort(_sorted);
    }

    public double Median => (_sorted[(_sorted.Length - 1) / 2] + _sorted[_sorted.Length / 2]) / 2;

    /// <summary>The median, with the least and the most behind it.</summary>
    public string ToString(string format) => _sorted.Length == 1
        ? Write(Median, format)
        : $"{Write(Median, format)} ({Write(_sorted[0], format)}-{Write(_sorted[^1], format)})";

    /// <summary>A number as the tables write it, wherever they are made.</summary>
    public static string Write(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
