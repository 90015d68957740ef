using System.Net;
using System.Net.Sockets;
using System.Text;
using TcpClose.Events;

namespace TcpClose.Cli;

/// <summary>Resolves the text of <c>--host</c> to addresses.</summary>
public static class HostResolver
{
    /// <summary>
    /// Returns the addresses of a host, IPv4 before IPv6. A server listens on the first, and a client tries it first.
    /// </summary>
    /// <exception cref="CommandException">
    /// The host is invalid or unknown, or no name server answers in time.
    /// </exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    /// <param name="host">The name or address.</param>
    /// <param name="limit">The maximum time for the look-up of a name.</param>
    /// <param name="stop">Cancelled if the user interrupts.</param>
    /// <param name="limitOption">The option that sets the limit; null if none does.</param>
    public static async Task<IPAddress[]> ResolveAsync(
        string host, TimeSpan limit, CancellationToken stop, string? limitOption = null)
    {
        string quoted = Printable.Quote(Encoding.UTF8.GetBytes(host));
        if (DescribeProblem(host) is { } why) throw new CommandException($"{quoted} {why}.");
        if (IPAddress.TryParse(host, out IPAddress? address)) return [address];
        try
        {
            // The system's look-up cannot be interrupted. After the limit its result is ignored.
            IPAddress[] found = await Dns.GetHostAddressesAsync(host, stop).WaitAsync(limit, stop);
            if (found.Length > 0)
                return [.. found.OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)];
        }
        catch (TimeoutException)
        {
            string within = new Duration(limit) + (limitOption is null ? "" : $" ({limitOption})");
            throw new CommandException(
                $"no name server answered for {quoted} within {within}: use an IP address.");
        }
        catch (SocketException) when (host.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            // RFC 6761, 6.3: this name is always loopback, even in a container without /etc/hosts.
            return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
        }

        throw new CommandException($"the host {quoted} is unknown: check the name, or give an IP address.");
    }

    // .NET accepts more than a user means: for example "8888" as 0.0.34.184, and "[::1]:9" without its port.
    private static string? DescribeProblem(string host)
    {
        if (host.Trim().Length == 0) return "is not a host: use a name or an IP address";
        if (EndsWithPort(host)) return "contains a port: use the host alone, and the port with --port";
        if (!IPAddress.TryParse(host, out IPAddress? address)) return null;
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return address.ToString() == host
                ? null
                : "is not an IPv4 address: use four decimal numbers with dots, such as 127.0.0.1";
        string zone = host.Trim('[', ']').Split('%', 2) is [_, var name] ? name : "0";
        return address.ScopeId == 0 && zone != "0"
            ? "has an unknown network interface after the %"
            : null;
    }

    // [::1]:9, 127.0.0.1:9 or localhost:9. An IPv6 address without brackets has several colons.
    private static bool EndsWithPort(string host)
    {
        int colon = host.LastIndexOf(':');
        bool isPort = colon >= 0 && host[(colon + 1)..].All(char.IsAsciiDigit);
        return isPort && (host.IndexOf(':') == colon || host[..colon].EndsWith(']'));
    }
}
