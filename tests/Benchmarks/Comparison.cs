using Benchmarks.Candidates;
using Benchmarks.Measuring;
using Benchmarks.Reporting;
using TcpClose.Cli;

namespace Benchmarks;

/// <summary>Runs the whole comparison, from compiling the servers to checking the goals.</summary>
internal static class Comparison
{
    /// <summary>
    /// Runs the measurements, and writes each table when it is complete. <paramref name="createCandidates"/> receives
    /// the path of the server in C and the folder of the native programs; each is null if it is missing.
    /// </summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Benchmark benchmark, Report report, IReadOnlyList<string> measurements,
        Func<string?, string?, List<Candidate>> createCandidates)
    {
        string folder = Directory.CreateTempSubdirectory("tcpdemo-benchmarks-").FullName;
        try
        {
            // The load is read first, because the compilation makes the machine busy.
            string began = Machine.Now();
            bool isBusy = Machine.IsBusy, c = Compiler.Unavailable() is null;
            string? noNative = await NativeConsoles.PublishAsync(Path.Combine(folder, "native"), benchmark.Stop);
            string? native = noNative is null ? Path.Combine(folder, "native") : null;
            List<Candidate> candidates =
                createCandidates(c ? await Compiler.CompileAsync("echo", folder, benchmark.Stop) : null, native);
            report.Sentence(await Machine.DescribeAsync(benchmark.Stop));
            report.Sentence($"Started: {began}");
            if (isBusy)
                report.Sentence("Other programs are busy on this machine: "
                    + "processor times are more reliable than rates and latencies");
            report.Sentence(benchmark.Description);
            if (!c) report.Sentence(Compiler.Unavailable()!);
            if (noNative is not null) report.Sentence(noNative);
#if DEBUG
            report.Sentence("This is a debug build: its figures for .NET are not those of a release build");
#endif

            var targets = new Targets();
            bool complete = true;
            foreach (Workload workload in Workload.All.Where(m => measurements.Contains(m.Id)))
            {
                Results results = await benchmark.RunAsync(workload, candidates);
                report.Write(results);
                targets.Check(results);
                complete &= results.Candidates.All(candidate => results.Failures(candidate).Count == 0);
            }

            if (measurements.Contains("events"))
                complete &= await LoggingCost.RunAsync(benchmark, folder, targets, report);
            if (measurements.Contains("startup")) await StartUp.RunAsync(benchmark, folder, c, native, report);
            if (targets.Table.HasRows) report.Write(targets.Table);
            report.Sentence($"Ended: {Machine.Now()}");
            return complete ? ExitCode.Success : ExitCode.UnexpectedResult;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
