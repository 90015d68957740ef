namespace TcpClose.Cli;

/// <summary>
/// Thrown if a program cannot run (exit code 1). The message describes what happened, and often what to do.
/// </summary>
public class CommandException(string sentence) : Exception(sentence);
