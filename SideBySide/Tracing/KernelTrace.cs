using System.Globalization;
using System.Net.NetworkInformation;
using System.Text.RegularExpressions;
using TcpClose.Kernel;

namespace SideBySide.Tracing;

/// <summary>
/// Linux: records every change of state of every TCP socket on a port, with the kernel's trace event
/// <c>sock:inet_sock_set_state</c>. It needs root, and covers all network namespaces. The trace reports TIME-WAIT as a
/// change from <c>FIN-WAIT-2</c> or <c>CLOSING</c> to <c>CLOSED</c>.
/// </summary>
public sealed partial class KernelTrace : IDisposable
{
    private const string Tracing = TraceInstance.Tracing, Event = "sock/inet_sock_set_state";

    private readonly TraceInstance _instance;

    private KernelTrace(TraceInstance instance) => _instance = instance;

    /// <summary>Explains why the trace cannot be used here, and what to do; null if it can.</summary>
    /// <param name="asRoot">How to run the program as root, for the end of the sentence.</param>
    public static string? Unavailable(string asRoot) => true switch
    {
        _ when !OperatingSystem.IsLinux() => "the kernel trace needs Linux",
        _ when !Environment.IsPrivilegedProcess => $"the kernel trace needs root: {asRoot}",
        _ when !Directory.Exists(Tracing + "/instances") =>
            $"the kernel trace needs tracefs: mount -t tracefs nodev {Tracing}",
        _ when !File.Exists(Tracing + "/options/fields") => "the kernel trace needs Linux 6.4 or newer",
        _ when !TraceInstance.HasEvent(Event) =>
            "this kernel has no event sock:inet_sock_set_state",
        _ => null,
    };

    /// <summary>Begins to trace the sockets that have the port at either end.</summary>
    /// <exception cref="IOException">The kernel does not allow it.</exception>
    /// <exception cref="UnauthorizedAccessException">The kernel does not allow it.</exception>
    public static KernelTrace Start(int port)
    {
        var instance = new TraceInstance();
        try
        {
            instance.Write("options/fields", "1");      // the fields as numbers, the socket's address among them
            instance.Write($"events/{Event}/filter", $"protocol == 6 && (sport == {port} || dport == {port})");
            instance.Write($"events/{Event}/enable", "1");
            return new KernelTrace(instance);
        }
        catch
        {
            instance.Dispose();
            throw;
        }
    }

    /// <summary>Returns the history of each socket so far, in order of appearance.</summary>
    public IReadOnlyList<SocketHistory> Read()
    {
        var all = new List<SocketHistory>();
        var living = new Dictionary<string, SocketHistory>();
        foreach (string line in _instance.Lines)
        {
            if (Line().Match(line) is not { Success: true } match) continue;
            int Number(string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
            if (StateNames.FromLinux(Number("old")) is not { } old
                || StateNames.FromLinux(Number("new")) is not { } next) continue;

            // A connecting socket has no port of its own yet at its first event, so its address in the kernel's memory
            // identifies it. The kernel may reuse the address. A new socket begins in CLOSED, or, as a copy of the
            // listener, in LISTEN.
            string socket = match.Groups["socket"].Value;
            if (!living.TryGetValue(socket, out SocketHistory? history)
                || old is TcpState.Closed or TcpState.Listen && next != TcpState.Closed)
                all.Add(living[socket] = history = new SocketHistory());
            history.Add(
                new Transition(
                    (long)(decimal.Parse(match.Groups["time"].Value, CultureInfo.InvariantCulture) * 1_000_000_000m),
                    old, next),
                Number("sport"), Number("dport"));
        }

        return all;
    }

    /// <summary>Stops tracing and removes the instance.</summary>
    public void Dispose() => _instance.Dispose();

    // "EchoClient-1234 [001] ...1. 638.958270: inet_sock_set_state: skaddr=0xffff88 (-123) oldstate=0x7 (7)
    // newstate=0x2 (2) sport=0x0 (0) …"
    [GeneratedRegex(@"(?<time>\d+\.\d+): inet_sock_set_state: skaddr=(?<socket>0x\w+) .*?oldstate=\w+ \((?<old>\d+)\) "
        + @"newstate=\w+ \((?<new>\d+)\) sport=\w+ \((?<sport>\d+)\) dport=\w+ \((?<dport>\d+)\)")]
    private static partial Regex Line();
}
