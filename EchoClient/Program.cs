using EchoClient;
using TcpClose;

using var stop = new StopSignal();
return await CommandLine.RunAsync(ClientCommand.Create(stop), "EchoClient", args);
