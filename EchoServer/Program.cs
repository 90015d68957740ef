using EchoServer;
using TcpClose.Cli;

return await ConsoleProgram.RunAsync("EchoServer", args, lastResort: TimeSpan.FromSeconds(12), ExitCode.Success, ServerCommand.Create);
