using PathCheck;
using TcpClose.Cli;

return await ConsoleProgram.RunAsync(
    "PathCheck", args, forcedExitAfter: TimeSpan.FromSeconds(12), ExitCode.Interrupted, PathCheckCommand.Create);
