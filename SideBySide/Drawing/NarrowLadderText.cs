using TcpClose.Events;

namespace SideBySide.Drawing;

/// <summary>
/// The layout for 80 columns: the sender's call is on the line above the arrow, the receiver's on the line below.
/// </summary>
internal sealed class NarrowLadderText(bool colour) : LadderTextLayout(colour)
{
    /// <inheritdoc/>
    protected override int TimeWidth => 5;

    /// <inheritdoc/>
    protected override int MiddleWidth =>
        LadderText.NarrowWidth - TimeWidth - 1 - StateWidth - 1 - 1 - StateWidth;

    /// <inheritdoc/>
    protected override IEnumerable<string> Rung(LadderRow row, string time)
    {
        if (row.Segment is not { } segment)
        {
            yield return Line(time, row.StateName(Side.Client), Calls(row, Side.Client, Side.Server),
                row.StateName(Side.Server));
            yield break;
        }

        Side sender = segment.Side, receiver = sender.Peer();
        bool isCalled = row.Calls.ContainsKey(sender);
        if (isCalled)
        {
            yield return Line(time, StateOf(Side.Client, sender), Calls(row, sender), StateOf(Side.Server, sender));
        }

        // The sender's state began before the segment was sent. If the row has a call of the sender, the state is on
        // the line of that call.
        yield return Line(isCalled ? "" : time,
            isCalled ? StateOf(Side.Client, receiver) : row.StateName(Side.Client), Arrow(row, MiddleWidth),
            isCalled ? StateOf(Side.Server, receiver) : row.StateName(Side.Server));
        if (row.Calls.ContainsKey(receiver)) yield return Line("", "", Calls(row, receiver), "");

        string StateOf(Side side, Side wanted) => side == wanted ? row.StateName(side) : "";
    }

    // The calls of some sides: the client's on the left, the server's on the right.
    private string Calls(LadderRow row, params Side[] sides)
    {
        string Of(Side side) => sides.Contains(side) ? Call(row, side, MiddleWidth / 2) : "";
        string client = Of(Side.Client), server = Of(Side.Server);
        return Paint(client, ColourOf(Side.Client)) + new string(' ', MiddleWidth - client.Length - server.Length)
            + Paint(server, ColourOf(Side.Server));
    }
}
