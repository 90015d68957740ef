using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace EchoServer.Hosting;

/// <summary>Why the server could not listen, and what to do, in one sentence.</summary>
internal static class BindErrors
{
    public static string Explain(SocketException error, IPAddress address, int port) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse when IsInTimeWaitOnly(port) =>
            $"port {port} is in TIME-WAIT, for this server closed a connection first: wait a minute, or leave --no-reuse-address out.",
        SocketError.AddressAlreadyInUse =>
            $"port {port} on {address} is in use: stop the program that has it, or give --port 0 to take a free one.",
        SocketError.AccessDenied =>
            $"no permission for port {port}: give a port from 1024 on, or the rights for this one.",
        SocketError.AddressNotAvailable =>
            $"{address} is not an address of this machine: give --host 127.0.0.1, or one of its own addresses.",
        SocketError.AddressFamilyNotSupported =>
            $"this machine does not speak the address family of {address}: give --host 127.0.0.1.",
        _ => $"cannot listen on {address} port {port}: {error.Message}.",
    };

    private static bool IsInTimeWaitOnly(int port)
    {
        try
        {
            IPGlobalProperties system = IPGlobalProperties.GetIPGlobalProperties();
            return !system.GetActiveTcpListeners().Any(l => l.Port == port)
                && system.GetActiveTcpConnections().Any(c => c.LocalEndPoint.Port == port && c.State == TcpState.TimeWait);
        }
        catch (Exception e) when (e is NetworkInformationException or PlatformNotSupportedException)
        {
            return false;
        }
    }
}
