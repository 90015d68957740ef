using PathCheck.Classifying;
using PathCheck.Relaying;
using TcpClose.Events;

namespace PathCheck.Faults;

/// <summary>
/// Stops reading after a certain number of bytes, and keeps both connections open. The relay's receive window closes,
/// so the sender must wait.
/// </summary>
internal sealed class Stall(long after) : Fault
{
    public override void OnStart(RelayDirection direction) => direction.LimitBuffers();

    public override async ValueTask OnDataAsync(RelayDirection direction, ReadOnlyMemory<byte> bytes)
    {
        if (direction.Received <= after)
        {
            await base.OnDataAsync(direction, bytes);
            return;
        }

        await base.OnDataAsync(direction, bytes[..(int)(bytes.Length - (direction.Received - after))]);
        direction.Note($"stops forwarding after {Evidence.Amount(after)} of the {direction.Sender.Name()}'s data");
        await direction.StandStillAsync();
    }
}
