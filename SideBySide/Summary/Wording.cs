using System.Globalization;

namespace SideBySide.Summary;

/// <summary>Numbers and times as the sentences of a summary spell them.</summary>
internal static class Wording
{
    /// <summary><c>1 byte</c>, <c>13 bytes</c>.</summary>
    public static string Count(long number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    /// <summary><c>once</c>, <c>twice</c>, <c>3 times</c>.</summary>
    public static string Times(int count) => count switch { 1 => "once", 2 => "twice", _ => $"{count} times" };

    /// <summary><c>less than 1 ms</c>, <c>384 ms</c>, <c>1.02 s</c>.</summary>
    public static string Time(TimeSpan span) => span.TotalMilliseconds switch
    {
        < 1 => "less than 1 ms",
        < 999.5 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.00} s"),
    };

    /// <summary><c>a</c>, <c>a and b</c>, <c>a, b and c</c>.</summary>
    public static string Join(IReadOnlyList<string> words) =>
        words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words.SkipLast(1))} and {words[^1]}";

    /// <summary>The time between two moments in nanoseconds.</summary>
    public static TimeSpan Between(long from, long to) => TimeSpan.FromMicroseconds((to - from) / 1000.0);
}
