using System.Diagnostics;
using SideBySide;
using TcpClose;

namespace Benchmarks;

/// <summary>
/// How long a default run takes as processes, without thinking: a server started, a client run once against it. The
/// consoles published with ReadyToRun, the consoles as they are built, and the same two programs in C.
/// </summary>
internal static class StartUp
{
    private const int RunsPerRound = 2;
    private static readonly TimeSpan PublishLimit = TimeSpan.FromMinutes(5);

    private sealed record Pair(string Name, string[] Server, Func<int, string[]> Client)
    {
        public List<double> Ready { get; } = [];

        public List<double> Run { get; } = [];

        public List<double> Whole { get; } = [];

        public List<double> Cpu { get; } = [];
    }

    /// <summary>Runs them in turns.</summary>
    public static async Task RunAsync(Benchmark benchmark, string folder, bool c, Report report)
    {
        var pairs = new List<Pair>();
        if (c)
        {
            string client = await Compiler.CompileAsync("client", folder, benchmark.Stop);
            pairs.Add(new("C", [Path.Combine(folder, "echo"), "0", $"{Contestants.SameSize}"], port => [client, $"{port}"]));
        }

        if (await PublishAsync(folder, benchmark.Stop) is { } why) report.Sentence(why);
        else pairs.Add(Consoles("consoles, ReadyToRun", folder));
        pairs.Add(Consoles("consoles, compiled as they run", AppContext.BaseDirectory));

        await benchmark.InTurnsAsync("startup", pairs, pair => pair.Name, pair => RunOnceAsync(pair, benchmark.Stop), RunsPerRound * benchmark.Rounds);

        var table = new Table($"A default run as two processes, --think 0, milliseconds ({RunsPerRound * benchmark.Rounds} runs)", "programs", "until it listens", "the client", "both", "x C", "CPU of both");
        double inC = c ? new Figure(pairs[0].Whole).Median : 0;
        foreach (Pair pair in pairs)
        {
            table.Add(pair.Name, new Figure(pair.Ready).ToString("0.0"), new Figure(pair.Run).ToString("0.0"), new Figure(pair.Whole).ToString("0.0"),
                c ? Figure.Write(new Figure(pair.Whole).Median / inC, "0.0") : "-", new Figure(pair.Cpu).ToString("0.0"));
        }

        report.Show(table);
    }

    private static Pair Consoles(string name, string folder) => new(name,
        [Path.Combine(folder, "EchoServer"), "--port", "0", "--think", "0", "--stop-with-stdin"],
        port => [Path.Combine(folder, "EchoClient"), "--port", $"{port}"]);

    private static async Task<string> RunOnceAsync(Pair pair, CancellationToken stop)
    {
        TimeSpan cpuBefore = ChildrensCpu.Now();
        long began = Stopwatch.GetTimestamp();
        await using (Server server = await Server.StartAsync(pair.Server, stop))
        {
            pair.Ready.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            long clientBegan = Stopwatch.GetTimestamp();
            Programs.Result client = await Programs.RunAsync(pair.Client(server.Port), Programs.Moment, stop);
            if (client.ExitCode != ExitCode.Fine) throw new CannotRunException($"{pair.Name}: the client ended with {client.ExitCode}: {client.Errors}");
            pair.Run.Add(Stopwatch.GetElapsedTime(clientBegan).TotalMilliseconds);
            pair.Whole.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        pair.Cpu.Add((ChildrensCpu.Now() - cpuBefore).TotalMilliseconds);
        return $"{Figure.Write(pair.Whole[^1], "0.0")} ms";
    }

    // Into a folder of its own, beside which nothing of the checkout changes.
    private static async Task<string?> PublishAsync(string folder, CancellationToken stop)
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "TcpDemo.sln")))
            if (Path.GetDirectoryName(root) is { } parent) root = parent;
            else return "No ReadyToRun: the checkout that it would be published from is not found";
        if (!Tool.IsInstalled("dotnet")) return "No ReadyToRun: the program dotnet, which publishes it, is not on the path";

        foreach (string console in (string[])["EchoServer", "EchoClient"])
        {
            Programs.Result publish = await Programs.RunAsync(["dotnet", "publish", Path.Combine(root, console), "-c", "Release", "-p:PublishReadyToRun=true",
                "--use-current-runtime", "--no-self-contained", "--artifacts-path", Path.Combine(folder, "artifacts"), "-o", folder], PublishLimit, stop);
            if (publish.ExitCode != 0) return $"No ReadyToRun: dotnet publish fails: {publish.Output.Split('\n')[^1]}";
        }

        return null;
    }
}
