using System.Net;
using TcpClose.Events;

namespace EchoServer;

/// <summary>What the user can do as soon as the server listens.</summary>
internal static class NextSteps
{
    // Half the client's default --timeout.
    private static readonly TimeSpan LongThink = TimeSpan.FromSeconds(5);

    /// <summary>What to do, and a command for the root folder of the repository.</summary>
    public static IEnumerable<string> Of(ServerOptions options, IPEndPoint listening) =>
    [
        "Ctrl+C stops the server. In another terminal, run:",
        options.Http ? $"curl -i http://{Reachable(listening)}/" : StartClient(options, listening),
    ];

    private static string StartClient(ServerOptions options, IPEndPoint listening)
    {
        IPEndPoint target = Reachable(listening);
        var standard = new ServerOptions();
        string more = ($"{target.Address}" == standard.Host ? "" : $" --host {target.Address}")
            + (target.Port == standard.Port ? "" : $" --port {target.Port}")
            + (options.Think < LongThink ? "" : $" --timeout {new Duration(2 * options.Think)}");
        return "dotnet run --project EchoClient" + (more == "" ? "" : " --" + more);
    }

    // A server that listens on every address of the machine is reachable on loopback.
    private static IPEndPoint Reachable(IPEndPoint listening) =>
        listening.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, listening.Port)
        : listening.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, listening.Port)
        : listening;
}
