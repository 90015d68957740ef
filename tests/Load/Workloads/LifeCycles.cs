using Load.Reporting;
using Load.Sockets;

namespace Load.Workloads;

/// <summary>Repeats life cycles: connect, send, half-close, read to the end, close.</summary>
internal sealed class LifeCycles(LoadOptions options) : Workload(options)
{
    private readonly Histogram _times = new();

    public override Histogram Latency => _times;

    public override string Progress => Of(Completed, "life cycles");

    public override bool MayBegin => !IsOver && Started < (Options.Count ?? long.MaxValue);

    protected override void OnOpened(Connection connection) =>
        (connection.SendLimit, connection.Finishes) = (Options.Payload, true);

    protected override void OnCompleted(Connection connection, long now) => _times.Add(now - connection.OpenedAt);
}
