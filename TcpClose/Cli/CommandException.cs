namespace TcpClose.Cli;

/// <summary>
/// Thrown if a program cannot run, which gives exit code 1. The message describes what happened and, if possible, what
/// to do.
/// </summary>
public class CommandException(string sentence) : Exception(sentence);
