using System.Net;
using System.Net.Sockets;

namespace TcpClose;

/// <summary>Names and addresses of hosts.</summary>
public static class HostName
{
    /// <summary>
    /// The addresses of a host, IPv4 before IPv6: <c>localhost</c> then means the same to a server, which listens on
    /// the first, as to a client, which tries them in turn.
    /// </summary>
    /// <exception cref="CannotRunException">The name is unknown.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address)) return [address];
        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(host, cancel);
            if (found.Length > 0)
                return [.. found.OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)];
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
        }

        throw new CannotRunException($"the host {Printable.Quote(System.Text.Encoding.UTF8.GetBytes(host))} is unknown: check the name, or give an IP address.");
    }
}
