using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose.Events;
using TcpClose.Kernel;

namespace TcpClose.Cli;

/// <summary>Connects to a host, or explains in one sentence why that failed.</summary>
public static class HostConnector
{
    /// <summary>Connects to the first of the host's addresses that accepts the connection.</summary>
    /// <param name="host">The name or address.</param>
    /// <param name="port">The port.</param>
    /// <param name="timeout">The maximum time for the look-up, and for each address.</param>
    /// <param name="connectAsync">Connects a new socket to one address.</param>
    /// <param name="explain">Explains an error; returns null for the general explanation.</param>
    /// <param name="stop">Cancelled if the user interrupts.</param>
    /// <param name="timeoutOption">The option that sets the maximum time; null if none does.</param>
    /// <exception cref="CommandException">The host is unknown, or no address accepts the connection.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static async Task<T> ConnectAsync<T>(
        string host, int port, TimeSpan timeout,
        Func<Socket, IPEndPoint, CancellationToken, Task<T>> connectAsync,
        Func<SocketException, IPEndPoint, string?> explain,
        CancellationToken stop,
        string? timeoutOption = "--timeout")
    {
        CommandException? failure = null;
        foreach (IPAddress address in await HostResolver.ResolveAsync(host, timeout, stop, timeoutOption))
        {
            var target = new IPEndPoint(address, port);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(timeout);
            Socket? socket = null;
            try
            {
                // Without an address family .NET would show 127.0.0.1 as ::ffff:127.0.0.1.
                socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                return await connectAsync(socket, target, limit.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // There is no connection to another program, so no other program notices this close.
                using Socket? failed = socket;
                stop.ThrowIfCancellationRequested();
                string why = e is SocketException error ? explain(error, target) ?? Explain(error, target)
                    : $"{target} did not answer within {new Duration(timeout)}: check the address, "
                        + "and whether a firewall drops packets"
                        + (timeoutOption is null ? "." : $"; {timeoutOption} sets a longer wait.");
                failure = e is RefusedByResetException
                    ? new ConnectionRefusedException(why)
                    : new CommandException(why);
            }
        }

        throw failure!;
    }

    // The errors that mean the same in every program.
    private static string Explain(SocketException error, IPEndPoint target) => error.SocketErrorCode switch
    {
        SocketError.ConnectionReset =>
            $"{target} accepted the connection and reset it immediately: it is stopping, or it is a relay without a "
            + "server; try again.",
        SocketError.TimedOut =>
            $"{target} did not answer within the system's time-out: "
            + "check the address, and whether a firewall drops packets.",
        SocketError.AddressNotAvailable
            when target.AddressFamily == AddressFamily.InterNetworkV6 && !HasIPv6Address() =>
            $"this machine has no local address that can reach {target} (IPv6 may be disabled): use another address.",
        SocketError.AddressNotAvailable =>
            "no local port is free: too many connections are open or in TIME-WAIT; wait a minute.",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable =>
            $"no route to {target}: check the address and the network.",
        SocketError.AddressFamilyNotSupported =>
            $"this machine does not support the address family of {target}: use another address.",
        _ => $"cannot connect to {target}: {error.Message.TrimEnd('.')}.",
    };

    private static bool HasIPv6Address() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Any(own => own.Address.AddressFamily == AddressFamily.InterNetworkV6);
}
