using System.Globalization;

namespace TcpDemo.Tests.Endurance.Attack;

/// <summary>
/// Measures how ordinary clients are served by the attacked server and by a second one that is not attacked. Both
/// are measured in turn during the attack, so that what the attackers' own work takes of the machine, and the
/// machine's other work, is in both figures. One connection after the other, client and server in turn: that leaves a
/// core of two to the attackers.
/// </summary>
/// <param name="attacked">The port of the server that is attacked, or will be.</param>
/// <param name="calm">The port of the other one.</param>
internal sealed class Bystanders(int attacked, int calm)
{
    private const int WarmUps = 6;
    private static readonly int Pairs = EnduranceLevel.Of(5, 9);

    /// <summary>
    /// The p99 of a life cycle at each server, in microseconds, and the ratio of the two.
    /// </summary>
    public sealed record P99(double Attacked, double Calm, double Ratio)
    {
        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Attacked:0} and {Calm:0} µs ({Ratio:0.00} times)");
    }

    /// <summary>The first connections of a server are slower than all others.</summary>
    public async Task WarmUpAsync()
    {
        for (int i = 0; i < WarmUps; i++) await Task.WhenAll(RunAsync(attacked), RunAsync(calm));
    }

    /// <summary>The medians of some pairs of runs. What slows both of a pair down is not in their ratio.</summary>
    /// <param name="isDone">Whether they may end.</param>
    public async Task<P99> MeasureAsync(Func<bool>? isDone = null)
    {
        List<double> there = [], here = [];
        while (there.Count < Pairs || isDone?.Invoke() == false)
        {
            // Neither is always the first.
            bool first = there.Count % 2 == 0;
            if (first) there.Add(await RunAsync(attacked));
            here.Add(await RunAsync(calm));
            if (!first) there.Add(await RunAsync(attacked));
        }

        return new P99(Median(there), Median(here), Median([.. there.Zip(here, (a, b) => a / b)]));
    }

    private static async Task<double> RunAsync(int port)
    {
        LoadProgram.Result run = await LoadProgram.RunAsync(port,
            "--connections 1 --duration 500ms --source-addresses 16");
        Assert.Equal((0, "", ""), (run.ExitCode, run.Errors, run.Failures));
        return run.Report.GetProperty("latencyMicroseconds").GetProperty("p99").GetDouble();
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
