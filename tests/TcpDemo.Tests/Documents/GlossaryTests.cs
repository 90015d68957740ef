using System.Globalization;
using System.Net.NetworkInformation;
using System.Text.RegularExpressions;
using SideBySide.Page.Sentences;
using TcpClose.Kernel;

namespace TcpDemo.Tests.Documents;

/// <summary>The glossary names the states as the code and the kernel do.</summary>
public sealed partial class GlossaryTests
{
    // The columns of the table: RFC 9293, meaning, ss, netstat, the kernel's trace, .NET.
    private static readonly string[][] Rows =
    [
        .. Repository.Document("docs/glossary.md").Split("\n## The states\n")[1].Split('\n')
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Skip(2)
            .Select(l => l.Trim('|', ' ').Split('|').Select(c => c.Trim(' ', '`')).ToArray()),
    ];

    [Fact]
    public void TheStatesAreThoseOfTheRfcAndOfDotNet() =>
        Assert.Equal(
            Enum.GetValues<TcpState>().Where(s => s is not (TcpState.Unknown or TcpState.DeleteTcb))
                .Select(s => (StateNames.Name(s)!, $"{s}")).Order(),
            Rows.Select(r => (r[0], r[5])).Order());

    [Fact]
    public void TheMeaningsAreThoseOfThePage() =>
        Assert.Equal(
            Rows.Where(r => r[5] != "Closed").Select(r => (r[5], Words(StateSentences.Of(Enum.Parse<TcpState>(r[5]))))),
            Rows.Where(r => r[5] != "Closed").Select(r => (r[5], Words(r[1]))));

    [ConditionalFact(Needs.KernelTrace)]
    public void TheKernelsNamesAreThoseOfItsTraceEvent()
    {
        string format = File.ReadAllText("/sys/kernel/tracing/events/sock/inet_sock_set_state/format");
        IEnumerable<(string, string)> names = StateName().Matches(format).DistinctBy(m => m.Value)
            .Where(m => m.Groups["name"].Value != "TCP_NEW_SYN_RECV").Select(m => (
                StateNames.Name(
                    StateNames.FromLinux(int.Parse(m.Groups["number"].Value, CultureInfo.InvariantCulture)))!,
                m.Groups["name"].Value));
        Assert.Equal(names.Order(), Rows.Select(r => (r[0], r[4])).Order());
    }

    private static string Words(string sentences) =>
        string.Join(' ', Word().Matches(sentences).Select(m => m.Value.ToUpperInvariant()));

    [GeneratedRegex("[A-Za-z0-9'-]+")]
    private static partial Regex Word();

    [GeneratedRegex("""\{ (?<number>\d+), "(?<name>TCP_\w+)" \}""")]
    private static partial Regex StateName();
}
