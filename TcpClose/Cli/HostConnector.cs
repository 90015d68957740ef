using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace TcpClose.Cli;

/// <summary>Connects to a host by its name or address, or explains in one sentence why that failed.</summary>
public static class HostConnector
{
    /// <summary>Connects to the first address of the host that answers.</summary>
    /// <param name="host">The name or address.</param>
    /// <param name="port">The port.</param>
    /// <param name="lookUpLimit">The maximum time for the look-up of a name.</param>
    /// <param name="connectAsync">Connects to one address; throws a <see cref="CommandException"/> if that
    /// fails.</param>
    /// <param name="stop">Cancelled if the user interrupts.</param>
    /// <exception cref="CommandException">No address answers. The message is that of the last address.</exception>
    public static async Task<T> ConnectAsync<T>(
        string host, int port, TimeSpan lookUpLimit, Func<IPEndPoint, Task<T>> connectAsync, CancellationToken stop)
    {
        IPAddress[] addresses = await HostResolver.ResolveAsync(host, lookUpLimit, stop);
        for (int i = 0; ; i++)
        {
            try
            {
                return await connectAsync(new IPEndPoint(addresses[i], port));
            }
            catch (CommandException) when (i + 1 < addresses.Length)
            {
                // Try the next address of the name.
            }
        }
    }

    /// <summary>
    /// Explains why a connection failed and what to do, for the errors that mean the same to every program.
    /// </summary>
    public static string Explain(SocketException error, IPEndPoint target) => error.SocketErrorCode switch
    {
        SocketError.ConnectionReset =>
            $"{target} accepted the connection and reset it immediately: it is stopping, or it is a relay without a "
            + "server; try again.",
        SocketError.TimedOut =>
            $"{target} did not answer before the system gave up: "
            + "check the address, and whether a firewall drops packets.",
        SocketError.AddressNotAvailable
            when target.AddressFamily == AddressFamily.InterNetworkV6 && !HasIPv6Address() =>
            $"this machine has no local address that can reach {target} (IPv6 may be off): give another address.",
        SocketError.AddressNotAvailable =>
            "no local port is free: too many connections are open or in TIME-WAIT; wait a minute.",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable =>
            $"no route to {target}: check the address and the network.",
        SocketError.AddressFamilyNotSupported =>
            $"this machine does not support the address family of {target}: give another address.",
        _ => $"cannot connect to {target}: {error.Message.TrimEnd('.')}.",
    };

    private static bool HasIPv6Address() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Any(own => own.Address.AddressFamily == AddressFamily.InterNetworkV6);
}
