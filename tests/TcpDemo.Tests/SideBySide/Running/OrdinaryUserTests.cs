namespace TcpDemo.Tests.SideBySide.Running;

/// <summary>SideBySide shows every segment to an ordinary user. It needs only .NET and the base system.</summary>
[Trait("Tier", "Long")]
public sealed class OrdinaryUserTests
{
    // Programs that every Linux system has (not ip or tshark).
    private static readonly string[] BaseSystem = ["unshare", "nsenter", "setsid"];

    [ConditionalTheory(Needs.UserNamespace, "setpriv", "cp")]
    [InlineData("half-close", 11)]
    [InlineData("server-first", 11)]
    public async Task SeesAllSegmentsWithoutRootAndWithoutWireshark(string scenario, int segments)
    {
        using TemporaryFolder folder = new();
        await Programs.ShellAsync(
            $"cp -r '{AppContext.BaseDirectory}' '{folder / "bin"}' && mkdir '{folder / "path"}' && "
            + string.Join(" && ", BaseSystem.Select(p => $"ln -s $(command -v {p}) '{folder / "path"}'"))
            + $" && chmod -R a+rX '{folder / ""}'");
        Programs.Result run = await Programs.ShellAsync(
            $"{ConditionalFactAttribute.AsOrdinaryUser} env HOME=/tmp "
            + $"PATH='{folder / "path"}' '{folder / "bin/SideBySide"}' --scenario {scenario}");
        Assert.Equal(("", 0), (run.Errors, run.ExitCode));
        Assert.Equal(segments, ParsedLadder.FromOutput(run.Output).Segments.Count);
        string unwrapped = string.Join(' ', run.Lines.Select(l => l.Trim()));
        Assert.Matches("wire +(as expected|also legal): client data, (client|server) FIN, ", unwrapped);
        Assert.Contains("note   the states are those that the programs read; the kernel trace needs root: sudo ",
            unwrapped, StringComparison.Ordinal);
    }
}
