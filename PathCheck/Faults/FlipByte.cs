using PathCheck.Relaying;
using TcpClose.Events;

namespace PathCheck.Faults;

/// <summary>Changes one bit of one byte of a stream.</summary>
/// <param name="number">Which byte; the first has number 1.</param>
internal sealed class FlipByte(long number) : Fault
{
    public override ValueTask OnDataAsync(RelayDirection direction, ReadOnlyMemory<byte> bytes)
    {
        long index = number - 1 - (direction.Received - bytes.Length);
        if (index < 0 || index >= bytes.Length) return base.OnDataAsync(direction, bytes);
        byte[] altered = bytes.ToArray();
        altered[index] ^= 1;
        direction.Note($"alters byte {number} of the {direction.Sender.Name()}'s data");
        return base.OnDataAsync(direction, altered);
    }
}
