using System.Diagnostics;
using TcpClose.Cli;

namespace SideBySide.Tools;

/// <summary>
/// Linux: a network namespace (network_namespaces(7)) with its own loopback interface and its own TIME-WAIT table. It
/// exists as long as the process that holds it. That process ends when its standard input is closed. An ordinary user
/// also needs a user namespace, which some systems do not allow.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly Process _holder;
    private readonly bool _withUser;

    private NetworkNamespace(Process holder, bool withUser)
    {
        _holder = holder;
        _withUser = withUser;
    }

    /// <summary>The prefix that runs a command inside the namespace.</summary>
    public IReadOnlyList<string> EnterCommand =>
        ["nsenter", "-t", $"{_holder.Id}", "-n", .. _withUser ? (string[])["-U", "--preserve-credentials"] : [], "--"];

    /// <summary>The programs that create and enter a namespace.</summary>
    public static IReadOnlyList<string> Programs => ["unshare", "nsenter"];

    /// <summary>Creates a namespace; null if that is not possible.</summary>
    public static NetworkNamespace? TryCreate()
    {
        if (!OperatingSystem.IsLinux()) return null;
        bool withUser = !Environment.IsPrivilegedProcess;
        try
        {
            Process holder = ChildProcess.Start([.. ExternalTool.DetachCommand, "unshare", withUser ? "-rn" : "-n",
                ChildProcess.OwnProgram, HoldNamespaceCommand.Name]);
            Task<string?> ready = holder.StandardOutput.ReadLineAsync();
            if (ready.Wait(Limit) && ready.Result == HoldNamespaceCommand.Ready)
                return new NetworkNamespace(holder, withUser);
            holder.Kill();
            holder.Dispose();
        }
        catch (CommandException)
        {
            // The system has no unshare.
        }

        return null;
    }

    /// <summary>
    /// Runs a program inside the namespace until it ends, with <paramref name="input"/> as its standard input.
    /// </summary>
    /// <returns>The program's standard output.</returns>
    /// <exception cref="InvalidOperationException">
    /// The program failed; the message contains its error output.
    /// </exception>
    public Task<string> RunAsync(string program, IEnumerable<string> arguments, string input = "") =>
        ExternalTool.RunAsync(program, arguments, input, this);

    /// <summary>
    /// Changes a kernel setting only inside the namespace. The setting is a path: <c>net/ipv4/tcp_retries2</c>.
    /// </summary>
    public Task SetAsync(string setting, int value) => RunAsync("sh", ["-c", $"echo {value} > /proc/sys/{setting}"]);

    /// <summary>Ends the process that holds the namespace. The kernel removes a namespace without processes.</summary>
    public void Dispose()
    {
        _holder.StandardInput.Close();
        if (!_holder.WaitForExit(Limit)) _holder.Kill();
        _holder.Dispose();
    }
}
