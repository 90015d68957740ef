using PathCheck;
using TcpClose.Cli;

return await ConsoleProgram.RunAsync("PathCheck", args, lastResort: TimeSpan.FromSeconds(12), ExitCode.Interrupted, PathCheckCommand.Create);
