using EchoClient;
using TcpClose.Cli;

using var stop = new StopSignal(lastResort: TimeSpan.FromSeconds(5), ExitCode.Interrupted);
return await CommandLine.RunAsync(ClientCommand.Create(stop), "EchoClient", args);
