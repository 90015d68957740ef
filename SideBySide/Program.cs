using SideBySide;
using TcpClose;

using var stop = new StopSignal();
return await CommandLine.RunAsync(ShowCommand.Create(stop), "SideBySide", args);
