using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose.Kernel;

namespace EchoServer.Hosting;

/// <summary>Explains in one sentence why the server could not listen, and what to do.</summary>
internal static class BindErrors
{
    public static string Explain(SocketException error, IPAddress address, int port, bool reusesAddress) =>
        error.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse when IsInTimeWaitOnly(new IPEndPoint(address, port)) =>
                $"port {port} is in TIME-WAIT because its last server closed a connection first"
                + (reusesAddress
                    ? " and had not set SO_REUSEADDR: wait a minute, or use another port."
                    : ": wait a minute, or omit --no-reuse-address."),
            SocketError.AddressAlreadyInUse =>
                $"port {port} on {address} is in use: stop the other program, or use --port 0 for a free port.",
            SocketError.AccessDenied =>
                $"no permission to listen on port {port}: use a port of 1024 or higher, or run with more privileges.",
            SocketError.AddressNotAvailable =>
                $"{address} is not an address of this machine: use --host 127.0.0.1, or one of its own addresses.",
            SocketError.AddressFamilyNotSupported =>
                $"this machine does not support the address family of {address}: use --host 127.0.0.1.",
            _ => $"cannot listen on {address} port {port}: {error.Message}.",
        };

    private static bool IsInTimeWaitOnly(IPEndPoint server)
    {
        try
        {
            IPGlobalProperties system = IPGlobalProperties.GetIPGlobalProperties();
            return !system.GetActiveTcpListeners().Any(l => BoundEndPoints.Overlap(l, server))
                && system.GetActiveTcpConnections().Any(c =>
                    c.State == TcpState.TimeWait && BoundEndPoints.Overlap(c.LocalEndPoint, server));
        }
        catch (Exception e) when (e is NetworkInformationException or PlatformNotSupportedException)
        {
            return false;
        }
    }
}
