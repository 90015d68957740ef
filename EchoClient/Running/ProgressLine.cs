// The client's own files name the shared type without its namespace.
global using ProgressLine = TcpClose.Output.ProgressLine;
