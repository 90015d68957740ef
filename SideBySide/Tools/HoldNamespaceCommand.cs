using System.CommandLine;
using System.ComponentModel;
using TcpClose.Cli;

namespace SideBySide.Tools;

/// <summary>
/// The command that keeps a network namespace alive. SideBySide runs it as a process inside that namespace.
/// </summary>
internal static class HoldNamespaceCommand
{
    /// <summary>Its name, and the line that it prints when loopback is up.</summary>
    public const string Name = "hold-namespace", Ready = "ready";

    /// <summary>Creates the command, which runs until standard input ends.</summary>
    public static Command Create()
    {
        var command = new Command(Name) { Hidden = true };
        command.SetAction(async (_, _) =>
        {
            if (!OperatingSystem.IsLinux()) throw new CommandException("needs Linux");
            try
            {
                LoopbackInterface.BringUp();
            }
            catch (Win32Exception error)
            {
                throw new CommandException($"cannot bring up the loopback interface: {error.Message}");
            }

            Console.WriteLine(Ready);
            await using Stream input = Console.OpenStandardInput();
            await input.CopyToAsync(Stream.Null, CancellationToken.None);
            return ExitCode.Success;
        });
        return command;
    }
}
