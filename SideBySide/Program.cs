using SideBySide;
using TcpClose.Cli;

using var stop = new StopSignal(lastResort: TimeSpan.FromSeconds(40), ExitCode.Interrupted);
return await CommandLine.RunAsync(SideBySideCommand.Create(stop), "SideBySide", args);
