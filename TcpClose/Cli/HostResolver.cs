using System.Net;
using System.Net.Sockets;
using System.Text;
using TcpClose.Events;

namespace TcpClose.Cli;

/// <summary>Names and addresses of hosts.</summary>
public static class HostResolver
{
    /// <summary>
    /// The addresses of a host, IPv4 before IPv6: <c>localhost</c> then means the same to a server, which listens on
    /// the first, as to a client, which tries them in turn.
    /// </summary>
    /// <exception cref="CommandException">The name is unknown, or no name server answers within the limit.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, TimeSpan limit, CancellationToken stop)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address)) return [address];
        string quoted = Printable.Quote(Encoding.UTF8.GetBytes(host));
        if (host.Trim().Length == 0) throw new CommandException($"{quoted} is no host: give a name or an IP address.");
        try
        {
            // Once a look-up is under way the system does not let itself be interrupted: it is left to itself then.
            IPAddress[] found = await Dns.GetHostAddressesAsync(host, stop).WaitAsync(limit, stop);
            if (found.Length > 0)
                return [.. found.OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)];
        }
        catch (TimeoutException)
        {
            throw new CommandException($"no name server has answered for {quoted} within {new Duration(limit)}: give an IP address.");
        }
        catch (SocketException) when (host.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            // RFC 6761, 6.3: this name is always loopback, even in an empty container, which has no /etc/hosts.
            return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
        }

        throw new CommandException($"the host {quoted} is unknown: check the name, or give an IP address.");
    }
}
