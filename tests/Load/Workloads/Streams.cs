using Load.Sockets;

namespace Load.Workloads;

/// <summary>Each connection sends as fast as the server echoes, until the time is up.</summary>
internal sealed class Streams(LoadOptions options) : Workload(options)
{
    public override string Progress => $"{Bytes / 1e9:0.00} GB";

    public override void OnTimeUp(Connection connection) =>
        (connection.SendLimit, connection.Finishes) = (connection.Sent, true);

    protected override void OnOpened(Connection connection) => connection.SendLimit = long.MaxValue;
}
