using SideBySide;
using TcpClose.Cli;

return await ConsoleProgram.RunAsync(
    "SideBySide", args, forcedExitAfter: TimeSpan.FromSeconds(40), ExitCode.Interrupted, SideBySideCommand.Create);
