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
    /// <param name="lookUpLimit">How long the look-up of a name may take.</param>
    /// <param name="connectAsync">Connects to one address; throws a <see cref="CommandException"/> if that fails.</param>
    /// <param name="stop">The user interrupted.</param>
    /// <exception cref="CommandException">No address answers: the sentence of the last.</exception>
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
                // The name has further addresses.
            }
        }
    }

    /// <summary>Why a connection failed and what to do, for the errors that mean the same to every program.</summary>
    public static string Explain(SocketException error, IPEndPoint target) => error.SocketErrorCode switch
    {
        SocketError.ConnectionReset =>
            $"{target} took the connection and reset it at once: it is being stopped, or it is a relay without a server; "
            + "try again.",
        SocketError.TimedOut =>
            $"{target} has not answered, and the system has given up: check the address, or a firewall that drops.",
        SocketError.AddressNotAvailable when target.AddressFamily == AddressFamily.InterNetworkV6 && !HasIPv6Address() =>
            $"this machine has no address from which {target} could be reached (IPv6 may be off): give another address.",
        SocketError.AddressNotAvailable =>
            "no local port is free: too many connections are open or in TIME-WAIT; wait a minute.",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable =>
            $"there is no way to {target}: check the address and the network.",
        SocketError.AddressFamilyNotSupported =>
            $"this machine does not speak the address family of {target}: give another address.",
        _ => $"cannot connect to {target}: {error.Message.TrimEnd('.')}.",
    };

    private static bool HasIPv6Address() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Any(own => own.Address.AddressFamily == AddressFamily.InterNetworkV6);
}
