using Benchmarks;
using TcpClose.Cli;

using var stop = new StopSignal(forcedExitAfter: TimeSpan.FromSeconds(20), ExitCode.Interrupted);
return await CommandLine.RunAsync(BenchmarkCommand.Create(stop), "Benchmarks", args);
