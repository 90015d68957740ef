using System.Globalization;

namespace TcpDemo.Tests.Documents;

/// <summary>docs/relays/README.md shows the measured results of every relay.</summary>
[Trait("Tier", "Long")]
public sealed class RelayTableTests
{
    private static readonly DocumentText Page = new("docs/relays/README.md");

    private static readonly string[] Measured =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "relays"), "*.json")
            .Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [ConditionalFact(Needs.Linux, "jq", "bash")]
    public async Task TheTableMatchesTheMeasuredResults()
    {
        Programs.Result table =
            await Programs.ShellAsync($"cd '{Repository.Root}' && jq -rs -f tests/relays/table.jq docs/relays/*.json");
        Assert.Equal(("", 0), (table.Errors, table.ExitCode));
        Assert.Equal(
            table.Output,
            Page.Between("<!-- relays: begin, written by tests/relays/measure -->\n", "<!-- relays: end -->"));
    }

    [Fact]
    public void EveryRecipeHasBeenMeasured() => Assert.Equal(Recipe.All.Keys.Order(), Measured.Order());

    [Theory]
    [InlineData("README.md", " {0} relays in {1} settings")]
    [InlineData("docs/path-check.md", " {0} relays ")]
    [InlineData("docs/relays/README.md", " {0} relays do with a half-closed connection, in {1} settings")]
    public void TheDocumentsStateTheNumberOfRelays(string document, string statement)
    {
        // In Recipe.Product, a comma separates the name from the settings.
        int products = Recipe.All.Values.Select(r => r.Product.Split(',')[0]).Distinct().Count();
        Assert.Contains(
            string.Format(CultureInfo.InvariantCulture, statement, products, Recipe.All.Count),
            Repository.Document(document).Replace('\n', ' '), StringComparison.Ordinal);
    }

    [ConditionalTheory(Needs.Linux, "jq", "bash")]
    [InlineData("cut", "1.00", "cut", "1.09", "")]
    [InlineData("cut", "0.50", "cut", "0.56", "client ends: cut after 0.5 to 0.56 s")]
    [InlineData("cut", "1.00", "preserved", "null", "client ends: 1 × cut, 1 × preserved")]
    public async Task TwoRunsAreEqualIfTheirEffectsAreAndTheirTimesNearlyAre(
        string oneWord, string oneTime, string otherWord, string otherTime, string differs)
    {
        static string Run(string word, string time) =>
            $$"""
            {"checks":[{"name":"client-first","holdSeconds":2,"check":"client ends",
            "word":"{{word}}","cutAfterSeconds":{{time}}}]}
            """;
        Programs.Result compared = await Programs.RunAsync(
            "jq",
            ["-rs", "--arg", "varies", "", "-f", Path.Combine(Repository.Root, "tests", "relays", "differences.jq")],
            Run(oneWord, oneTime) + Run(otherWord, otherTime));
        Assert.Equal(("", differs), (compared.Errors, compared.Output.Trim()));
    }
}
