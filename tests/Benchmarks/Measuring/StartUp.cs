using System.Diagnostics;
using System.Globalization;
using Benchmarks.Candidates;
using Benchmarks.Reporting;
using Benchmarks.Running;
using TcpClose.Cli;

namespace Benchmarks.Measuring;

/// <summary>
/// The time of a default run as processes, with <c>--think 0</c>: a server is started and a client runs once against
/// it. Compared are the same two programs in C, the consoles as native files, and the consoles as they are built.
/// </summary>
internal static class StartUp
{
    private const int RunsPerRound = 2;

    private sealed record Pair(string Name, string[] Server, Func<int, string[]> Client)
    {
        public List<double> Ready { get; } = [];

        public List<double> Run { get; } = [];

        public List<double> Whole { get; } = [];

        public List<double> Cpu { get; } = [];

        public List<double> PeakOfServer { get; } = [];
    }

    /// <summary>Runs them in turns.</summary>
    /// <param name="benchmark">Gives them their turns.</param>
    /// <param name="folder">Takes the compiled programs in C.</param>
    /// <param name="c">Whether there is a C compiler.</param>
    /// <param name="native">The folder of the native consoles; null if there are none.</param>
    /// <param name="report">Where the table goes.</param>
    public static async Task RunAsync(Benchmark benchmark, string folder, bool c, string? native, Report report)
    {
        var pairs = new List<Pair>();
        if (c)
        {
            string client = await Compiler.CompileAsync("client", folder, benchmark.Stop);
            pairs.Add(new("C", [Path.Combine(folder, "echo"), "0", $"{CandidateTable.SameSize}"],
                port => [client, $"{port}"]));
        }

        if (native is not null) pairs.Add(Consoles("consoles, native", native));
        pairs.Add(Consoles("consoles, compiled as they run", AppContext.BaseDirectory));

        await benchmark.InTurnsAsync("startup", pairs, pair => pair.Name, pair => RunOnceAsync(pair, benchmark.Stop),
            RunsPerRound * benchmark.Rounds);

        var table = new Table(
            $"A default run as two processes, --think 0, milliseconds ({RunsPerRound * benchmark.Rounds} runs)",
            "programs", "until it listens", "the client", "both", "x C", "CPU of both", "server's peak MiB");
        double inC = c ? new Samples(pairs[0].Whole).Median : 0;
        foreach (Pair pair in pairs)
        {
            table.Add(pair.Name, new Samples(pair.Ready).ToString("0.0"), new Samples(pair.Run).ToString("0.0"),
                new Samples(pair.Whole).ToString("0.0"),
                c ? Samples.Write(new Samples(pair.Whole).Median / inC, "0.0") : "-",
                new Samples(pair.Cpu).ToString("0.0"), new Samples(pair.PeakOfServer).ToString("0.0"));
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
                throw new CommandException($"{pair.Name}: the client ended with {client.ExitCode}: {client.Errors}");
            pair.Run.Add(Stopwatch.GetElapsedTime(clientBegan).TotalMilliseconds);
            pair.Whole.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            pair.PeakOfServer.Add(PeakMiB(server.Id));
        }

        pair.Cpu.Add((ChildCpuTime.Now() - cpuBefore).TotalMilliseconds);
        return $"{Samples.Write(pair.Whole[^1], "0.0")} ms";
    }

    // The most resident memory that the process has had.
    private static double PeakMiB(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status")
            .Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture) / 1024;
    }
}
