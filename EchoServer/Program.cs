using EchoServer;
using TcpClose;

using var stop = new StopSignal();
return await CommandLine.RunAsync(ServerCommand.Create(stop), "EchoServer", args);
