using System.Net;

namespace EchoServer;

/// <summary>What the user of a terminal can do as soon as the server listens.</summary>
internal static class NextSteps
{
    /// <summary>Two lines: what to do, and a command. The command is for the root folder of the repository.</summary>
    public static IEnumerable<string> Of(ServerOptions options, IPEndPoint listening) =>
    [
        "Ctrl+C stops the server. In another terminal, run:",
        options.Http ? $"curl -i http://{Reachable(listening)}/" : StartClient(listening),
    ];

    private static string StartClient(IPEndPoint listening)
    {
        IPEndPoint target = Reachable(listening);
        var standard = new ServerOptions();
        string more = ($"{target.Address}" == standard.Host ? "" : $" --host {target.Address}")
            + (target.Port == standard.Port ? "" : $" --port {target.Port}");
        return "dotnet run --project EchoClient" + (more == "" ? "" : " --" + more);
    }

    // A server that listens on every address of the machine is reachable on loopback.
    private static IPEndPoint Reachable(IPEndPoint listening) =>
        listening.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, listening.Port)
        : listening.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, listening.Port)
        : listening;
}
