using PathCheck;
using TcpClose.Cli;

using var stop = new StopSignal(lastResort: TimeSpan.FromSeconds(12), ExitCode.Interrupted);
return await CommandLine.RunAsync(PathCheckCommand.Create(stop), "PathCheck", args);
