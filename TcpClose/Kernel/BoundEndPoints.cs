using System.Net;

namespace TcpClose.Kernel;

/// <summary>Compares the endpoints that two sockets are bound to.</summary>
public static class BoundEndPoints
{
    /// <summary>
    /// Whether two sockets use the same port of the same address. A wildcard address includes every address.
    /// </summary>
    public static bool Overlap(IPEndPoint one, IPEndPoint other) => one.Port == other.Port
        && (one.Address.Equals(other.Address) || IsWildcard(one.Address) || IsWildcard(other.Address));

    private static bool IsWildcard(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
