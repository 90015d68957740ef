using System.Globalization;
using System.Text.RegularExpressions;

namespace TcpClose.Events;

/// <summary>A duration as people write it: <c>0</c>, <c>200ms</c>, <c>0.5s</c>, <c>2s</c>, <c>1m</c>.</summary>
/// <param name="Span">The length of time.</param>
public readonly partial record struct Duration(TimeSpan Span)
{
    /// <summary>The maximum duration.</summary>
    public static readonly TimeSpan MaxSpan = TimeSpan.FromHours(24);

    /// <summary>Parses a duration from 0 to <see cref="MaxSpan"/>.</summary>
    public static bool TryParse(string text, out Duration duration)
    {
        duration = default;
        if (text == "0") return true;
        Match match = Written().Match(text);
        if (!match.Success) return false;
        double value = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        double seconds = value * match.Groups[2].Value switch { "ms" => 0.001, "s" => 1, _ => 60 };
        if (seconds > MaxSpan.TotalSeconds) return false;
        duration = new Duration(TimeSpan.FromSeconds(seconds));
        return true;
    }

    /// <summary>The duration in the syntax of <see cref="TryParse"/>.</summary>
    public override string ToString() => Span switch
    {
        { Ticks: 0 } => "0",
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{Span.TotalMilliseconds:0.####}ms"),
        { TotalSeconds: >= 120 } when Span.Ticks % TimeSpan.TicksPerMinute == 0 => $"{(long)Span.TotalMinutes}m",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Span.TotalSeconds:0.#######}s"),
    };

    [GeneratedRegex(@"^([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
