using EchoServer;
using TcpClose.Cli;

return await ConsoleProgram.RunAsync(
    "EchoServer", args, forcedExitAfter: TimeSpan.FromSeconds(12), ExitCode.Success, ServerCommand.Create);
