using Benchmarks.Candidates;
using Benchmarks.Measuring;
using Benchmarks.Reporting;
using TcpClose.Cli;

namespace Benchmarks;

/// <summary>The whole comparison, from the compiler to the verdicts.</summary>
internal static class Comparison
{
    /// <summary>Measures, and shows each table when it is complete.</summary>
    /// <param name="benchmark">Runs the loads.</param>
    /// <param name="report">Where the tables go.</param>
    /// <param name="parts">What is measured.</param>
    /// <param name="createCandidates">Creates the candidates, given the compiled server in C and the folder of the
    /// native consoles, each null if there is none.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Benchmark benchmark, Report report, IReadOnlyList<string> parts,
        Func<string?, string?, List<Candidate>> createCandidates)
    {
        string folder = Directory.CreateTempSubdirectory("tcpdemo-benchmarks-").FullName;
        try
        {
            // Before anything is compiled here, which is work for the machine, too.
            string began = Machine.Now();
            bool isBusy = Machine.IsBusy, c = Compiler.Unavailable() is null;
            string? noNative = await NativeConsoles.PublishAsync(Path.Combine(folder, "native"), benchmark.Stop);
            string? native = noNative is null ? Path.Combine(folder, "native") : null;
            List<Candidate> candidates =
                createCandidates(c ? await Compiler.CompileAsync("echo", folder, benchmark.Stop) : null, native);
            report.Sentence(await Machine.DescribeAsync(benchmark.Stop));
            report.Sentence($"{began} at the start");
            if (isBusy)
                report.Sentence("Something else is at work on this machine: processor times are to be trusted more "
                    + "than rates and latencies");
            report.Sentence(benchmark.Description);
            if (!c) report.Sentence(Compiler.Unavailable()!);
            if (noNative is not null) report.Sentence(noNative);
#if DEBUG
            report.Sentence("This is a debug build: the figures of .NET are not those of a release");
#endif

            var targets = new Targets();
            bool whole = true;
            foreach (Workload workload in Workload.All.Where(m => parts.Contains(m.Id)))
            {
                Results results = await benchmark.RunAsync(workload, candidates);
                report.Write(results);
                targets.Judge(results);
                whole &= results.Candidates.All(candidate => results.Failures(candidate).Count == 0);
            }

            if (parts.Contains("events")) whole &= await LoggingCost.RunAsync(benchmark, folder, targets, report);
            if (parts.Contains("startup")) await StartUp.RunAsync(benchmark, folder, c, native, report);
            if (targets.Table.HasRows) report.Write(targets.Table);
            report.Sentence($"{Machine.Now()} at the end");
            return whole ? ExitCode.Success : ExitCode.UnexpectedResult;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
