using EchoClient;
using TcpClose.Cli;

return await ConsoleProgram.RunAsync(
    "EchoClient", args, forcedExitAfter: TimeSpan.FromSeconds(5), ExitCode.Interrupted, ClientCommand.Create);
