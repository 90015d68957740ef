namespace TcpClose.Cli;

/// <summary>
/// The program cannot do what was asked. The message is one plain sentence that says what to do (exit code 1).
/// </summary>
public class CommandException(string sentence) : Exception(sentence);
