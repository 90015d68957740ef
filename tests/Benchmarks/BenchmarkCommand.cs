using System.CommandLine;
using Benchmarks.Candidates;
using Benchmarks.Measuring;
using Benchmarks.Reporting;
using Benchmarks.Running;
using TcpClose.Cli;

namespace Benchmarks;

/// <summary>The command line of the benchmarks.</summary>
internal static class BenchmarkCommand
{
    private static readonly string[] Measurements = [.. Workload.All.Select(m => m.Id), "events", "startup"];

    public static RootCommand Create(StopSignal stop)
    {
        Option<int> rounds = CommandLine.Count("--rounds", "Number of turns for each server", 1, 1000, 9);
        Option<int> seconds = CommandLine.Count("--seconds", "Length of a turn in seconds", 1, 3600, 1);
        Option<string[]?> only = Names("--only", "Measurements to run", Measurements);
        Option<string[]?> servers = Names("--servers", "Servers to compare", CandidateTable.Ids);
        Option<string?> also = CommandLine.Parsed("--also",
            "Include another build of EchoServer in the comparison", "file",
            file => File.Exists(file) ? Path.GetFullPath(file) : null, "is not a file: use the path of the program");
        var unpinned = new Option<bool>("--unpinned")
        {
            Description = "Let the server and the load generator share the cores, instead of one core each"
        };
        var markdown = new Option<bool>("--markdown") { Description = "Print the tables as Markdown" };
        var root = new RootCommand(
            "Compares EchoServer with echo servers in C and in .NET under the same load, in turns,\n" +
            "and checks whether it meets its goals (Linux).\n" +
            "Run a release build: dotnet run -c Release --project tests/Benchmarks. A full run takes 17 minutes.\n" +
            "Exit code 0: measured. 1: could not run. 2: a connection failed or an event was lost. 130: interrupted.")
        { rounds, seconds, only, servers, also, unpinned, markdown, ServeCommand.Create(stop) };
        root.SetAction(async (parsed, _) =>
        {
            if (!OperatingSystem.IsLinux())
                throw new CommandException("the benchmarks need the process times of Linux: run them on Linux.");
            var cores = new CpuPinning(wanted: !parsed.GetValue(unpinned));
            var benchmark = new Benchmark(parsed.GetValue(rounds), parsed.GetValue(seconds), cores, Console.Error,
                stop.StopRequested);
            var report = new Report(Console.Out, parsed.GetValue(markdown));
            try
            {
                return await Comparison.RunAsync(benchmark, report, NamesOrAll(parsed, only, Measurements),
                    (c, native) => CandidateTable.Create(NamesOrAll(parsed, servers, CandidateTable.Ids), c, native,
                        parsed.GetValue(also)));
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Interrupted;
            }
        });
        return root;
    }

    // An array option that is not given is empty, not null.
    private static IReadOnlyList<string> NamesOrAll(ParseResult parsed, Option<string[]?> option,
        IReadOnlyList<string> all) =>
        parsed.GetValue(option) is { Length: > 0 } given ? given : all;

    private static Option<string[]?> Names(string name, string description, IReadOnlyList<string> names) =>
        CommandLine.Parsed(
            name, $"{description}: {string.Join(", ", names)}; all by default", "name,name",
            text => text.Split(',') is var given && given.All(names.Contains) ? given : null,
            $"contains an unknown name: choose from {string.Join(", ", names)}, separated by commas");
}
