using System.Globalization;
using SideBySide.Captures;
using SideBySide.Explaining.Remarks;
using SideBySide.Explaining.Resets;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Reporting;

/// <summary>
/// The table of a capture's connections. A line below a row shows the remarks, and the half-closed time if the row has
/// no room for it.
/// </summary>
internal static class ConnectionTable
{
    private static readonly string[] Heading = ["", "client → server", "opened", "first FIN", "end", "half-closed"];

    // A shorter half-closed time is not shown, unless data was sent in it.
    private static readonly TimeSpan MinHalfClosed = TimeSpan.FromMilliseconds(1);

    /// <summary>The lines of the table.</summary>
    /// <param name="explanations">The connections; each is used once, and not kept.</param>
    /// <param name="onlyPorts">Whether to leave out the addresses, because both ends have the same one.</param>
    /// <param name="width">The available columns; longer lines are not cut.</param>
    public static IEnumerable<string> Draw(IEnumerable<Explanation> explanations, bool onlyPorts, int width)
    {
        (string[] Cells, string Remarks)[] rows =
            [(Heading, ""), .. explanations.Select(e => (Row(e, onlyPorts), Kinds(e.Remarks)))];
        int[] widths = [.. Enumerable.Range(0, Heading.Length).Select(i => rows.Max(r => r.Cells[i].Length))];
        bool fits = widths.Sum() + (2 * (widths.Length - 1)) <= width;
        bool isVeryWide = widths.SkipLast(1).Sum() + (2 * (widths.Length - 2)) > width;
        foreach ((string[] cells, string remarks) in rows)
        {
            string[] padded = [.. cells.SkipLast(fits ? 0 : 1).Select((cell, c) =>
                c == 0 ? cell.PadLeft(widths[0]) : cell.PadRight(widths[c]))];

            // IPv6 addresses may need lines of their own.
            string indent = new(' ', widths[0] + 2);
            if (isVeryWide)
            {
                bool needsTwo = cells != Heading && indent.Length + widths[1] > width;
                string[] ends = needsTwo ? cells[1].Split(" → ") : [cells[1]];
                yield return $"{padded[0]}  {ends[0]}{(ends.Length > 1 ? " →" : "")}";
                if (ends.Length > 1) yield return indent + ends[1];
            }

            yield return (isVeryWide ? indent : "") + string.Join("  ", padded.Skip(isVeryWide ? 2 : 0)).TrimEnd();
            string halfClosed = fits || cells == Heading || cells[^1] == "" ? "" : "half-closed " + cells[^1];
            string second = string.Join("; ", ((string[])[halfClosed, remarks]).Where(part => part != ""));
            if (second != "") yield return indent + second;
        }
    }

    private static string Kinds(IReadOnlyList<Remark> remarks) =>
        string.Join(", ", remarks.Select(r => r.Kind).Distinct());

    /// <summary>The form of a close in words.</summary>
    public static string Describe(ConnectionFacts facts) => facts.Form switch
    {
        CloseForm.Open => facts.HasNeverOpened ? "never opened" : "not in the capture",
        CloseForm.HalfClosed => facts.IsOrderUnknown ? "one FIN" : "half-closed",
        CloseForm.FourSegments => "four segments",
        CloseForm.ThreeSegments => "three segments",
        CloseForm.CrossedFins => "crossed FINs",
        CloseForm.Reset => "RST by the " + string.Join(" and the ", facts.Resets.Where(r => !r.IsOutOfWindow)
            .GroupBy(r => r.Segment.Side).Select(g => $"{g.Key.Name()} ({Cause(g.First())})")),
        _ => throw new ArgumentOutOfRangeException(nameof(facts)),
    };

    private static string Cause(CapturedReset reset) => (reset is { Suspicion: not null, Kind: not ResetKind.Forged }
        ? "suspicious" : reset.Kind switch
        {
            ResetKind.Forged => "forged",
            ResetKind.Refused => "refused",
            ResetKind.UnreadData => "unread data",
            ResetKind.Linger0 => "abort",
            ResetKind.UnreadDataOrLinger0 => "unread data or abort",
            ResetKind.GaveUp => "gave up",
            ResetKind.DataAfterClose => "data after close",
            ResetKind.NoConnection => "no connection",
            ResetKind.OpeningAborted => "opening aborted",
            ResetKind.AfterReset or ResetKind.AfterClose or ResetKind.OutOfWindow => "late",
            _ => throw new ArgumentOutOfRangeException(nameof(reset)),
        }) + (reset.IsCertain ? "" : "?");

    private static string[] Row(Explanation explanation, bool onlyPorts)
    {
        ConnectionFacts facts = explanation.Facts;
        CapturedConnection connection = facts.Connection;
        return
        [
            explanation.Number.ToString(CultureInfo.InvariantCulture),
            onlyPorts ? $"{connection.Client.Port} → {connection.Server.Port}" : $"{connection.Client} → "
                + $"{connection.Server}",
            facts.IsOpened ? "yes" : facts.BeganBefore ? "before" : facts.SynAck is null ? "no" : "in part",
            facts.FirstToEnd?.Name() ?? "-",
            Describe(facts),
            facts.HalfClosed is { } half && (half.Bytes > 0 || half.Time >= MinHalfClosed)
                ? $"{Wording.Time(half.Time)}, {Wording.Count(half.Bytes, "byte")}"
                : "",
        ];
    }
}
