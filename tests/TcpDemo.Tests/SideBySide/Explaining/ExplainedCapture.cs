using SideBySide.Captures;
using SideBySide.Explaining;
using SideBySide.Explaining.Remarks;
using SideBySide.Explaining.Reporting;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>Explains a capture that a test has built.</summary>
internal static class ExplainedCapture
{
    /// <summary>All connections of the capture.</summary>
    public static async Task<IReadOnlyList<Explanation>> AllOfAsync(CaptureBuilder built, string? filter = null)
    {
        using var folder = new TemporaryFolder();
        string file = built.Write(folder / "built.pcap");
        CaptureContents contents = await CaptureFile.ReadAsync(file, filter, CancellationToken.None).WithTimeout();
        Assert.Null(contents.Damage);
        return [.. Explanation.Of(contents)];
    }

    /// <summary>The only connection of the capture.</summary>
    public static async Task<Explanation> OfAsync(CaptureBuilder built) => Assert.Single(await AllOfAsync(built));

    /// <summary>The story of a connection, one sentence a line.</summary>
    public static string Story(Explanation explanation) => string.Join('\n', CloseStory.Of(explanation.Facts));

    /// <summary>The story of the only connection.</summary>
    public static async Task<string> StoryAsync(CaptureBuilder built) => Story(await OfAsync(built));

    /// <summary>The kinds of its remarks.</summary>
    public static IEnumerable<string> Kinds(this Explanation explanation) => explanation.Remarks.Select(r => r.Kind);

    /// <summary>The remark of a kind.</summary>
    public static Remark Remark(this Explanation explanation, string kind) =>
        Assert.Single(explanation.Remarks, r => r.Kind == kind);
}
