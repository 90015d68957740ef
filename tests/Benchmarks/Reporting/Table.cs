using System.Text;

namespace Benchmarks.Reporting;

/// <summary>A table for a terminal or for Markdown. Only the first column is aligned to the left.</summary>
internal sealed class Table(string title, params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public bool HasRows => _rows.Count > 0;

    public void Add(params IEnumerable<string> cells) => _rows.Add([.. cells]);

    public string ToText()
    {
        int[] widths =
            [.. columns.Select((column, i) => _rows.Select(row => row[i].Length).Append(column.Length).Max())];
        return Write($"{title}\n\n", columns, "",
            cells => string.Join("  ",
                cells.Select((cell, i) => i == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[i]))).TrimEnd());
    }

    public string ToMarkdown() =>
        Write($"**{title}**\n\n", columns,
            $"| --- |{string.Concat(Enumerable.Repeat(" ---: |", columns.Length - 1))}\n",
            cells => $"| {string.Join(" | ", cells)} |");

    private string Write(string head, string[] first, string rule, Func<string[], string> line)
    {
        var text = new StringBuilder(head).Append(line(first)).Append('\n').Append(rule);
        foreach (string[] row in _rows) text.Append(line(row)).Append('\n');
        return text.ToString();
    }
}
