using System.Collections.Concurrent;
using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>The rows of a report, and the results that are known so far.</summary>
/// <param name="checks">The checks. Some get a row only if <c>--hold</c> gives a silence longer than 0.</param>
/// <param name="options">A check with a silence gets one row for each silence of <c>--hold</c>.</param>
internal sealed class CheckRows(IEnumerable<Check> checks, PathCheckOptions options)
{
    private readonly CheckRow[] _rows = [.. checks.Where(c => options.WatchesOpenEnds || !c.NeedsGivenHold)
        .SelectMany(c => c.HasHold ? options.Holds.Select(h => new CheckRow(c, h)) : [new CheckRow(c, null)])];

    private readonly ConcurrentDictionary<CheckRow, CheckResult> _results = [];
    private readonly ConcurrentDictionary<CheckRow, bool> _running = [];

    public bool HasResults => !_results.IsEmpty;

    /// <summary>
    /// The maximum number of connections that a relay has at the same time: those of the simultaneous checks, as many
    /// for the far end's reports, and a quarter more, because a relay notices late that a connection has ended.
    /// </summary>
    public int MaxConnections => 5 * Math.Max(1, _rows.Where(r => !r.Check.RunsAlone && !r.Check.IsAdvisory)
        .Sum(r => r.Check.Connections)) / 2;

    /// <summary>The results so far, in the order of the report.</summary>
    public IReadOnlyList<CheckResult> Results => [.. _rows.Where(_results.ContainsKey).Select(r => _results[r])];

    /// <summary>The rows of some checks, in the order of the report.</summary>
    public IEnumerable<CheckRow> Where(Func<Check, bool> wanted) => _rows.Where(r => wanted(r.Check));

    /// <summary>Runs the check of a row and keeps its result.</summary>
    public async Task RunAsync(CheckRow row, Func<Task<CheckResult>> check)
    {
        _running[row] = true;
        _results[row] = await check();
        _running.TryRemove(row, out _);
    }

    /// <summary>Replaces results by later ones of the same rows.</summary>
    public void Replace(IEnumerable<CheckResult> results)
    {
        foreach (CheckResult result in results) _results[result.Row] = result;
    }

    /// <summary>
    /// Gives the rows without a result <see cref="PathEffect.NotJudged"/> when the path has stopped working. But if
    /// exactly one check was running, it is to blame, and its row gets <see cref="PathEffect.Stopped"/>.
    /// </summary>
    /// <param name="reason">What failed, as a sentence.</param>
    public void MarkTheRest(string reason)
    {
        CheckRow[] running = [.. _rows.Where(r => _running.ContainsKey(r))];
        foreach (CheckRow row in _rows.Where(r => !_results.ContainsKey(r)))
        {
            bool isToBlame = running is [var only] && only == row;
            _results[row] = new CheckResult(row.Check, row.Hold, isToBlame ? PathEffect.Stopped : PathEffect.NotJudged,
                row == running.FirstOrDefault() ? reason.TrimEnd('.')
                    : _running.ContainsKey(row) ? "not finished: the path stopped working"
                    : "not run: the path had stopped working");
        }
    }
}
