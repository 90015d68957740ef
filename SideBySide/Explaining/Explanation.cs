using System.Net.NetworkInformation;
using SideBySide.Captures;
using SideBySide.Explaining.Remarks;
using SideBySide.Summary;

namespace SideBySide.Explaining;

/// <summary>A connection of a capture: its number in the table (from 1), its facts and its remarks.</summary>
internal sealed record Explanation(int Number, ConnectionFacts Facts, IReadOnlyList<Remark> Remarks)
{
    // 2 MSL on Linux; up to four minutes elsewhere.
    private static readonly TimeSpan TimeWait = TimeSpan.FromMinutes(1);

    /// <summary>Explains the connections one after the other.</summary>
    public static IEnumerable<Explanation> Of(CaptureContents contents)
    {
        int number = 0;
        var index = new CaptureIndex(contents.Connections);
        var last = new Dictionary<(CapturedEnd, CapturedEnd), Predecessor>();
        foreach (CapturedConnection connection in contents.Connections)
        {
            var facts = new ConnectionFacts(connection, index);
            var remarks = RemarkFinder.Find(facts, contents.LastAt).ToList();
            if (last.TryGetValue((connection.Client, connection.Server), out Predecessor? before)
                && PortReuse(before, facts) is { } reuse) remarks.Add(reuse);
            yield return new Explanation(++number, facts, remarks);
            last[(connection.Client, connection.Server)] = new Predecessor(
                number, connection.LastAt, facts.States.Any(s => s.State == TcpState.TimeWait));
        }
    }

    private static Remark? PortReuse(Predecessor before, ConnectionFacts facts)
    {
        if (facts.Syn is not { } syn) return null;
        TimeSpan since = Wording.Between(before.LastAt, syn.At);
        bool stillWaits = before.HasTimeWait && since < TimeWait;
        return new Remark("port-reused", [syn.Frame], $"The same ports were used {Wording.Time(since)} before, by "
            + $"connection {before.Number}" + (stillWaits ? ", which is still in TIME-WAIT on one side." : "."));
    }

    private sealed record Predecessor(int Number, long LastAt, bool HasTimeWait);
}
