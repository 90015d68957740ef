namespace TcpClose.Cli;

/// <summary>
/// Thrown if a program cannot run, which gives exit code 1. The message is one sentence that says what to do.
/// </summary>
public class CommandException(string sentence) : Exception(sentence);
