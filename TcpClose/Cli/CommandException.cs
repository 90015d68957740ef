namespace TcpClose.Cli;

/// <summary>
/// Thrown if a program cannot run, which gives exit code 1. The message is one sentence: what happened, and what to do.
/// </summary>
public class CommandException(string sentence) : Exception(sentence);
