using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using TcpClose.Cli;

namespace SideBySide.Tools;

/// <summary>Starts programs with their three standard streams redirected.</summary>
internal static class ChildProcess
{
    private const int NoSuchFile = 2, TooManyOpenFiles = 24;        // ENOENT, EMFILE

    /// <summary>The file of SideBySide itself.</summary>
    public static string OwnProgram =>
        Path.Combine(AppContext.BaseDirectory, "SideBySide" + (OperatingSystem.IsWindows() ? ".exe" : ""));

    /// <summary>Starts a command. A program of this project runs on the .NET runtime of its starter.</summary>
    /// <exception cref="CommandException">The program is missing or cannot be run.</exception>
    public static Process Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string runtime = RuntimeEnvironment.GetRuntimeDirectory();
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw Failure(command[0], error);
        }
    }

    /// <summary>
    /// Closes the standard input of a child. The child then ends, unless it is one of Wireshark's programs on Windows.
    /// </summary>
    public static void EndInput(Process process, string? lastLine = null)
    {
        try
        {
            if (lastLine is not null) process.StandardInput.Write(lastLine + "\n");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program has already ended.
        }
    }

    /// <summary>
    /// Returns the path of a program that another program will start. If an absolute path does not exist, this method
    /// throws, because the other program could not explain the failure.
    /// </summary>
    /// <exception cref="CommandException">The file is missing.</exception>
    public static string Existing(string file) => !Path.IsPathFullyQualified(file) || File.Exists(file)
        ? file
        : throw Failure(file, new Win32Exception(NoSuchFile));

    /// <summary>How to install a program, for the end of a sentence.</summary>
    public static string InstallHint(string program) => program switch
    {
        "tshark" or "dumpcap" or "reordercap" or "editcap" =>
            "install Wireshark's command line (Debian: apt install tshark)",
        "nft" => "install it (Debian: apt install nftables)",
        "ip" or "tc" or "ss" => "install it (Debian: apt install iproute2)",
        "unshare" or "nsenter" or "setsid" => "install it (Debian: apt install util-linux)",
        _ => "install it",
    };

    private static CommandException Failure(string program, Win32Exception error) =>
        new($"{program} cannot be started ({Reason(error)}): {Advice(program, error)}.");

    // The message of the exception itself repeats the path and the working directory.
    private static string Reason(Win32Exception error) => new Win32Exception(error.NativeErrorCode).Message;

    private static string Advice(string program, Win32Exception error) => error.NativeErrorCode is TooManyOpenFiles
        ? "raise the limit of open files (ulimit -n)"
        : Path.IsPathFullyQualified(program)
        ? "build or publish SideBySide again, which copies EchoServer and EchoClient next to it"
        : InstallHint(program);
}
