using EchoServer;
using TcpClose.Cli;

using var stop = new StopSignal(lastResort: TimeSpan.FromSeconds(12), ExitCode.Success);
return await CommandLine.RunAsync(ServerCommand.Create(stop), "EchoServer", args);
