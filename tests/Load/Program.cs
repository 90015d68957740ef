using Load;
using TcpClose.Cli;

using var stop = new StopSignal(lastResort: TimeSpan.FromSeconds(5), ExitCode.Interrupted);
return await CommandLine.RunAsync(LoadCommand.Create(stop), "Load", args);
