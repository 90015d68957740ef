using System.Globalization;

namespace TcpDemo.Tests.Endurance.Attack;

/// <summary>
/// Measures how ordinary clients are served by the attacked server and by a server that is not attacked. The two are
/// measured alternately, so both figures include the load of the attackers and the machine's other work. There is one
/// connection at a time, and its client and server take turns, so a second core is left to the attackers.
/// </summary>
/// <param name="attacked">The port of the attacked server.</param>
/// <param name="calm">The port of the server that is not attacked.</param>
internal sealed class Bystanders(int attacked, int calm)
{
    private const int WarmUps = 6;
    private static readonly int Pairs = EnduranceLevel.Of(5, 9);

    /// <summary>
    /// Medians over the pairs of runs: the p99 of a life cycle at each server, in microseconds, and their ratio.
    /// </summary>
    public sealed record P99(double Attacked, double Calm, double Ratio)
    {
        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture,
                $"{Attacked:0} and {Calm:0} µs (median ratio {Ratio:0.00})");
    }

    /// <summary>Makes the first connections to both servers, which are slower than later ones.</summary>
    public async Task WarmUpAsync()
    {
        for (int i = 0; i < WarmUps; i++) await Task.WhenAll(RunAsync(attacked), RunAsync(calm));
    }

    /// <summary>Measures both servers in pairs of runs and returns the medians.</summary>
    /// <param name="isDone">Whether the measurement may end; null to end after the minimum number of pairs.</param>
    public async Task<P99> MeasureAsync(Func<bool>? isDone = null)
    {
        List<double> there = [], here = [];
        while (there.Count < Pairs || isDone?.Invoke() == false)
        {
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
