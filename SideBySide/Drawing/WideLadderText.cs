using TcpClose.Events;

namespace SideBySide.Drawing;

/// <summary>The layout for 100 columns: one line for each row, with the calls next to the arrow.</summary>
internal sealed class WideLadderText(bool colour) : LadderTextLayout(colour)
{
    private const int CallWidth = 14, ArrowWidth = 37;

    /// <inheritdoc/>
    protected override int TimeWidth => 6;

    /// <inheritdoc/>
    protected override int MiddleWidth => CallWidth + 1 + ArrowWidth + 1 + CallWidth;

    /// <inheritdoc/>
    protected override IEnumerable<string> Rung(LadderRow row, string time)
    {
        string client = Paint($"{Call(row, Side.Client, CallWidth),-CallWidth} ", ColourOf(Side.Client)),
            server = Paint($" {Call(row, Side.Server, CallWidth),-CallWidth}", ColourOf(Side.Server));
        yield return Line(time, row.StateName(Side.Client), client + Arrow(row, ArrowWidth) + server,
            row.StateName(Side.Server));
    }
}
