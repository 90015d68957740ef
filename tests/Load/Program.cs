using Load;
using TcpClose.Cli;

return await ConsoleProgram.RunAsync("Load", args, forcedExitAfter: TimeSpan.FromSeconds(5), ExitCode.Interrupted,
    LoadCommand.Create);
