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
    private static readonly string[] Parts = [.. Workload.All.Select(m => m.Id), "events", "startup"];

    public static RootCommand Create(StopSignal stop)
    {
        Option<int> rounds = CommandLine.Count("--rounds", "How often each server has its turn", 1, 1000, 9);
        Option<int> seconds = CommandLine.Count("--seconds", "How long one load lasts", 1, 3600, 1);
        Option<string[]?> only = Names("--only", "What is measured", Parts);
        Option<string[]?> servers = Names("--servers", "Who takes part", CandidateTable.Ids);
        Option<string?> also = CommandLine.Parsed("--also",
            "Another build of EchoServer that takes part, to compare two", "file",
            file => File.Exists(file) ? Path.GetFullPath(file) : null, "is no file: give the path of the program");
        var unpinned = new Option<bool>("--unpinned")
        {
            Description = "Server and load share the cores, and are not given one each"
        };
        var markdown = new Option<bool>("--markdown") { Description = "Tables in Markdown" };
        var root = new RootCommand(
            "Compares EchoServer with echo servers in C and in .NET under the same load, in turns, and judges it by " +
            "its goals.\n" +
            "Run it as a release: dotnet run -c Release --project tests/Benchmarks. Linux only; all of it takes 17 " +
            "minutes.\n" +
            "Exit code 0: measured. 1: could not run. 2: a byte or an event was lost. 130: interrupted.")
        { rounds, seconds, only, servers, also, unpinned, markdown, ServeCommand.Create(stop) };
        root.SetAction(async (parsed, _) =>
        {
            if (!OperatingSystem.IsLinux())
                throw new CommandException(
                    "the benchmarks run on Linux only: the processor time of the servers is read there.");
            var cores = new CpuPinning(wanted: !parsed.GetValue(unpinned));
            var benchmark = new Benchmark(parsed.GetValue(rounds), parsed.GetValue(seconds), cores, Console.Error,
                stop.StopRequested);
            var report = new Report(Console.Out, parsed.GetValue(markdown));
            try
            {
                return await Comparison.RunAsync(benchmark, report, Given(parsed, only, Parts),
                    (c, native) => CandidateTable.Create(Given(parsed, servers, CandidateTable.Ids), c, native,
                        parsed.GetValue(also)));
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Interrupted;
            }
        });
        return root;
    }

    // An option of several values that is not given has none, and is not null.
    private static IReadOnlyList<string> Given(ParseResult parsed, Option<string[]?> option,
        IReadOnlyList<string> all) =>
        parsed.GetValue(option) is { Length: > 0 } given ? given : all;

    private static Option<string[]?> Names(string name, string description, IReadOnlyList<string> names) =>
        CommandLine.Parsed(
            name, $"{description}: {string.Join(", ", names)}; all where it is not given", "name,name",
            text => text.Split(',') is var given && given.All(names.Contains) ? given : null,
            $"is unknown: give {string.Join(", ", names)}, with commas between");
}
