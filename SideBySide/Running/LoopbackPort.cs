using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose.Cli;
using TcpClose.Kernel;

namespace SideBySide.Running;

/// <summary>Ports of the loopback address.</summary>
internal static class LoopbackPort
{
    private const int MinPort = 20_000, MaxTries = 100;

    // The first ephemeral port of Linux by default. On Windows and macOS it is higher (49152).
    private const int DefaultEphemeral = 32_768;

    /// <summary>
    /// A port that no program uses now. If possible, it is below the ephemeral ports, which the kernel gives to
    /// connections.
    /// </summary>
    public static int Free()
    {
        int end = FirstEphemeral();
        for (int tries = 0; tries < MaxTries && end > MinPort; tries++)
        {
            if (TryBind(Random.Shared.Next(MinPort, end)) is { } port) return port;
        }

        return TryBind(0) ?? throw new CommandException("no port is free: wait until connections have ended.");
    }

    // The number of the port; null if a socket uses it.
    private static int? TryBind(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static int FirstEphemeral()
    {
        try
        {
            string[] range = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split((char[]?)null,
                StringSplitOptions.RemoveEmptyEntries);
            return int.Parse(range[0], CultureInfo.InvariantCulture);
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return DefaultEphemeral;
        }
    }

    /// <summary>
    /// Whether a program is known to listen on a port. Also false if the system does not list its listeners.
    /// </summary>
    public static bool IsKnownToListen(int port)
    {
        var address = new IPEndPoint(IPAddress.Loopback, port);
        try
        {
            return IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
                .Any(l => BoundEndPoints.Overlap(l, address));
        }
        catch (Exception unknown)
            when (unknown is NetworkInformationException or PlatformNotSupportedException or IOException)
        {
            return false;
        }
    }
}
