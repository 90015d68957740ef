using PathCheck.Classifying;
using PathCheck.Relaying;
using TcpClose.Events;

namespace PathCheck.Faults;

/// <summary>
/// Discards the last bytes of a stream, but forwards the FIN. A stream of at most <paramref name="count"/> bytes is
/// forwarded whole.
/// </summary>
/// <param name="count">How many bytes are discarded.</param>
/// <param name="minimum">Only a stream that is longer than this is damaged.</param>
internal sealed class DropTail(int count, long minimum = 0) : Fault
{
    private byte[] _held = [];

    public override async ValueTask OnDataAsync(RelayDirection direction, ReadOnlyMemory<byte> bytes)
    {
        byte[] all = [.. _held, .. bytes.Span];
        int kept = direction.Received > Math.Max(count, minimum) ? Math.Min(count, all.Length) : 0;
        _held = all[^kept..];
        await base.OnDataAsync(direction, all.AsMemory(0, all.Length - kept));
    }

    public override Task OnFinAsync(RelayDirection direction)
    {
        if (_held.Length > 0)
        {
            direction.Note(
                $"discards the last {Evidence.Amount(_held.Length)} of the {direction.Sender.Name()}'s data");
        }

        return base.OnFinAsync(direction);
    }
}
