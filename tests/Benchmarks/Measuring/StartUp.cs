using System.Diagnostics;
using System.Globalization;
using Benchmarks.Candidates;
using Benchmarks.Reporting;
using Benchmarks.Running;
using TcpClose.Cli;

namespace Benchmarks.Measuring;

/// <summary>
/// Measures a server that is started and a client that runs once against it, with <c>--think 0</c>. Compares the
/// programs in C, the native consoles, and the consoles of the normal build.
/// </summary>
internal static class StartUp
{
    private const int RunsPerRound = 2;

    private sealed record Pair(string Name, string[] Server, Func<int, string[]> Client)
    {
        public List<double> Ready { get; } = [];

        public List<double> Run { get; } = [];

        public List<double> Total { get; } = [];

        public List<double> Cpu { get; } = [];

        public List<double> ServerPeak { get; } = [];
    }

    /// <summary>
    /// Runs the pairs of programs in turns, and writes the table. <paramref name="c"/> means that there is a C
    /// compiler. <paramref name="native"/> is the folder of the native consoles; null if there are none.
    /// </summary>
    public static async Task RunAsync(Benchmark benchmark, string folder, bool c, string? native, Report report)
    {
        var pairs = new List<Pair>();
        if (c)
        {
            string client = await Compiler.CompileAsync("client", folder, benchmark.Stop);
            pairs.Add(new("C", [Path.Combine(folder, "echo"), "0", $"{CandidateTable.SameSize}"],
                port => [client, $"{port}"]));
        }

        if (native is not null) pairs.Add(Consoles("EchoServer and EchoClient, native", native));
        pairs.Add(Consoles("EchoServer and EchoClient, normal build", AppContext.BaseDirectory));

        await benchmark.InTurnsAsync("startup", pairs, pair => pair.Name, pair => RunOnceAsync(pair, benchmark.Stop),
            RunsPerRound * benchmark.Rounds);

        var table = new Table(
            $"A default run as two processes with --think 0, in milliseconds ({RunsPerRound * benchmark.Rounds} runs)",
            "programs", "server start", "client run", "total", "x C", "total CPU", "server peak MiB");
        double inC = c ? new Samples(pairs[0].Total).Median : 0;
        foreach (Pair pair in pairs)
        {
            table.Add(pair.Name, new Samples(pair.Ready).ToString("0.0"), new Samples(pair.Run).ToString("0.0"),
                new Samples(pair.Total).ToString("0.0"),
                c ? Samples.Write(new Samples(pair.Total).Median / inC, "0.0") : "-",
                new Samples(pair.Cpu).ToString("0.0"), new Samples(pair.ServerPeak).ToString("0.0"));
        }

        report.Write(table);
    }

    private static Pair Consoles(string name, string folder) => new(name,
        [Path.Combine(folder, "EchoServer"), "--port", "0", "--think", "0", "--stop-with-stdin"],
        port => [Path.Combine(folder, "EchoClient"), "--port", $"{port}"]);

    private static async Task<string> RunOnceAsync(Pair pair, CancellationToken stop)
    {
        TimeSpan cpuBefore = ChildCpuTime.Now();
        long began = Stopwatch.GetTimestamp();
        await using (Server server = await Server.StartAsync(pair.Server, stop))
        {
            pair.Ready.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            long clientBegan = Stopwatch.GetTimestamp();
            Programs.Result client = await Programs.RunAsync(pair.Client(server.Port), Programs.CommandTimeout, stop);
            if (client.ExitCode != ExitCode.Success)
                throw new CommandException(
                    $"{pair.Name}: the client ended with exit code {client.ExitCode}: {client.Errors}");
            pair.Run.Add(Stopwatch.GetElapsedTime(clientBegan).TotalMilliseconds);
            pair.Total.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            pair.ServerPeak.Add(PeakMiB(server.Id));
        }

        pair.Cpu.Add((ChildCpuTime.Now() - cpuBefore).TotalMilliseconds);
        return $"{Samples.Write(pair.Total[^1], "0.0")} ms";
    }

    // The maximum resident memory of the process so far.
    private static double PeakMiB(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status")
            .Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture) / 1024;
    }
}
