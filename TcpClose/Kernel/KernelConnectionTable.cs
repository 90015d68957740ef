using System.Net;
using System.Net.NetworkInformation;

namespace TcpClose.Kernel;

/// <summary>
/// Queries the kernel for a connection by its two endpoints. This needs no socket, and also finds a connection in
/// TIME-WAIT. Linux answers in microseconds (<see cref="SockDiag"/>). On other systems the whole table must be read (20
/// to 800 ms), so never query on a hot path there.
/// </summary>
public static class KernelConnectionTable
{
    /// <summary>The connection that the kernel holds between two endpoints.</summary>
    /// <param name="State">The state; CLOSED if the kernel holds no such connection.</param>
    /// <param name="TimeLeft">How long TIME-WAIT still lasts, if the system reports it.</param>
    public readonly record struct Row(TcpState State, TimeSpan? TimeLeft);

    /// <summary>Queries the kernel; null if it gave no answer.</summary>
    public static Row? Find(IPEndPoint local, IPEndPoint remote)
    {
        return OperatingSystem.IsLinux() ? SockDiag.Find(local, remote)
            : FindInTable(local, remote, IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections);
    }

    internal static Row? FindInTable(IPEndPoint local, IPEndPoint remote, Func<TcpConnectionInformation[]> read)
    {
        try
        {
            foreach (TcpConnectionInformation row in read())
                if (row.LocalEndPoint.Equals(local) && row.RemoteEndPoint.Equals(remote))
                    return row.State == TcpState.Unknown ? null : new Row(row.State, null);
            return new Row(TcpState.Closed, null);
        }
        catch (Exception e) when (e is NetworkInformationException or PlatformNotSupportedException)
        {
            return null;
        }
    }
}
