using System.Globalization;
using SideBySide.Captures;
using SideBySide.Explaining.Remarks;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Reporting;

/// <summary>The table of a capture's connections: one row each, and a second line if something is remarkable.</summary>
internal static class ConnectionTable
{
    private static readonly string[] Heading = ["", "client → server", "opened", "first FIN", "end", "half-closed"];

    /// <summary>The lines of the table.</summary>
    /// <param name="explanations">The connections; each is used once, and not kept.</param>
    /// <param name="onlyPorts">Whether to leave out the addresses, because both ends have the same.</param>
    /// <param name="width">The available columns; a line that is longer is not cut.</param>
    public static IEnumerable<string> Draw(IEnumerable<Explanation> explanations, bool onlyPorts, int width)
    {
        (string[] Cells, string Remarks)[] rows =
            [(Heading, ""), .. explanations.Select(e => (Row(e, onlyPorts), Kinds(e.Remarks)))];
        int[] widths = [.. Enumerable.Range(0, Heading.Length).Select(i => rows.Max(r => r.Cells[i].Length))];
        bool fits = widths.Sum() + (2 * (widths.Length - 1)) <= width;
        foreach ((string[] cells, string remarks) in rows)
        {
            yield return string.Join("  ", cells.SkipLast(fits ? 0 : 1).Select((cell, c) =>
                c == 0 ? cell.PadLeft(widths[0]) : cell.PadRight(widths[c]))).TrimEnd();
            string halfClosed = fits || cells == Heading || cells[^1] == "" ? "" : "half-closed " + cells[^1];
            string second = string.Join("; ", ((string[])[halfClosed, remarks]).Where(part => part != ""));
            if (second != "") yield return new string(' ', widths[0] + 2) + second;
        }
    }

    private static string Kinds(IReadOnlyList<Remark> remarks) =>
        string.Join(", ", remarks.Select(r => r.Kind).Distinct());

    /// <summary>The form of a close in words.</summary>
    public static string Describe(ConnectionFacts facts) => facts.Form switch
    {
        CloseForm.Open => "not in the capture",
        CloseForm.HalfClosed => "half-closed",
        CloseForm.FourSegments => "four segments",
        CloseForm.ThreeSegments => "three segments",
        CloseForm.CrossedFins => "crossed FINs",
        CloseForm.Reset => "RST by the " + string.Join(" and the ", facts.Resets.Select(r
            => r.Segment.Side.Name()).Distinct()),
        _ => throw new ArgumentOutOfRangeException(nameof(facts)),
    };

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
            facts.FirstFin?.First.Side.Name() ?? "-",
            Describe(facts),
            facts.HalfClosed is { } half ? $"{Wording.Time(half.Time)}, {Wording.Count(half.Bytes, "byte")}" : "",
        ];
    }
}
