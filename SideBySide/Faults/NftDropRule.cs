using System.Globalization;
using System.Text.RegularExpressions;
using SideBySide.Tools;

namespace SideBySide.Faults;

/// <summary>
/// Linux: drops a segment, with a rule of <c>nft</c> on the receiving side. A capture still contains the segment. The
/// rule exists only inside a network namespace of our own.
/// </summary>
public sealed partial class NftDropRule
{
    private static int _count;

    private readonly NetworkNamespace _inside;
    private readonly string _table;

    private NftDropRule(NetworkNamespace inside, string table)
    {
        _inside = inside;
        _table = table;
    }

    /// <summary>Begins to drop the segment on the server's port.</summary>
    /// <param name="inside">The network namespace.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="segment">The segment to drop.</param>
    /// <param name="times">The number of times, including retransmissions; null for every time.</param>
    /// <exception cref="InvalidOperationException"><c>nft</c> failed; the message contains its error.</exception>
    public static async Task<NftDropRule> StartAsync(NetworkNamespace inside, int port, SegmentKind segment,
        int? times = 1)
    {
        string table = $"tcpdemo_{Interlocked.Increment(ref _count)}";
        await inside.RunAsync("nft", ["-f", "-"], Ruleset(table, port, segment, times));
        return new NftDropRule(inside, table);
    }

    /// <summary>Returns the number of segments dropped so far.</summary>
    public async Task<int> CountAsync()
    {
        string counter = await _inside.RunAsync("nft", ["list", "counter", "inet", _table, "lost"]);
        return int.Parse(Packets().Match(counter).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Removes the rule.</summary>
    public Task StopAsync() => _inside.RunAsync("nft", ["delete", "table", "inet", _table]);

    /// <summary>The rules as <c>nft -f</c> reads them.</summary>
    internal static string Ruleset(string table, int port, SegmentKind segment, int? times)
    {
        // The limit is refilled only once a day, so the rule drops only the first n segments.
        string first = times is { } n ? $"limit rate 1/day burst {n} packets " : "";
        return $$"""
            table inet {{table}} {
                counter lost { }
                set spoken { type inet_service; size 65535; flags dynamic; }
                set finned { type inet_service . inet_service; size 65535; flags dynamic; }
                chain arriving {
                    type filter hook input priority filter;
                    {{string.Join("\n        ", segment.Rules(port, first + "counter name lost drop"))}}
                }
            }

            """;
    }

    [GeneratedRegex(@"packets (\d+)")]
    private static partial Regex Packets();
}
