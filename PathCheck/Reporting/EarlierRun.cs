using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PathCheck.Checks;
using PathCheck.Classifying;
using TcpClose.Cli;

namespace PathCheck.Reporting;

/// <summary>An earlier run that <c>--json</c> has written. A run is compared with it (<c>--expect</c>).</summary>
internal sealed class EarlierRun
{
    // Measured times vary a little. The times of two equally severe cuts differ only if the shorter time is less than
    // this share of the longer.
    private const double Tolerance = 0.9;

    private readonly Row[] _rows;

    private EarlierRun(string file, Row[] rows)
    {
        File = file;
        _rows = rows;
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <exception cref="CommandException">The file cannot be read, or PathCheck has not written it.</exception>
    public static EarlierRun Read(string file)
    {
        try
        {
            JsonNode? report = JsonNode.Parse(System.IO.File.ReadAllText(file));
            return new EarlierRun(file, [.. report!["checks"]!.AsArray().Select(c => new Row(
                (string)c!["name"]!, (double?)c["holdSeconds"],
                PathEffect.All.Single(e => e.Key == (string?)c["word"]), (double?)c["cutAfterSeconds"]))]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--expect {file} cannot be read: {e.Message.TrimEnd('.')}.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException
            or FormatException)
        {
            throw new CommandException($"--expect {file} is not a report of PathCheck: write one with --json.");
        }
    }

    /// <summary>How many of the results the earlier run has as well.</summary>
    public int Compared(IEnumerable<CheckResult> results) => results.Count(r => _rows.Any(b => b.IsOf(r)));

    /// <summary>A phrase for each row that is worse than in the earlier run.</summary>
    public IEnumerable<string> Worse(IEnumerable<CheckResult> results) =>
        Changed(results, IsWorse);

    /// <summary>A phrase for each row that is better than in the earlier run.</summary>
    public IEnumerable<string> Better(IEnumerable<CheckResult> results) =>
        Changed(results, IsBetter);

    private IEnumerable<string> Changed(IEnumerable<CheckResult> results, Func<CheckResult, Row, bool> isChanged) =>
        from result in results
        from before in _rows
        where before.IsOf(result) && result.Effect != PathEffect.NotJudged && before.Effect != PathEffect.NotJudged
            && isChanged(result, before)
        select $"{result.Title}: {result.Result} (was {before.Effect.Name}{After(before.CutAfter)})";

    private static string After(double? seconds) =>
        seconds is null ? "" : string.Create(CultureInfo.InvariantCulture, $" after {seconds:0.00} s");

    private static bool IsWorse(CheckResult result, Row before)
    {
        int now = Severity(result.Effect), then = Severity(before.Effect);
        return now > then || (now == then && result.Effect.IsFault
            && result.CutAfter?.TotalSeconds < before.CutAfter * Tolerance);
    }

    private static bool IsBetter(CheckResult result, Row before)
    {
        int now = Severity(result.Effect), then = Severity(before.Effect);
        return now < then || (now == then && result.Effect.IsFault
            && result.CutAfter?.TotalSeconds * Tolerance > before.CutAfter);
    }

    // All effects that are no fault are equally good.
    private static int Severity(PathEffect effect) => effect.IsFault ? PathEffect.SeverityOf(effect) : 0;

    private sealed record Row(string Name, double? Hold, PathEffect Effect, double? CutAfter)
    {
        public bool IsOf(CheckResult result) => Name == result.Check.Key && Hold == result.Hold?.TotalSeconds;
    }
}
