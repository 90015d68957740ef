using TcpClose.Events;

namespace SideBySide.Drawing;

/// <summary>The layout for 80 columns: the sender's call is above the arrow, the receiver's below.</summary>
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

        // If the sender made a call, its state is already on the line of the call.
        yield return Line(isCalled ? "" : time,
            isCalled ? StateOf(Side.Client, receiver) : row.StateName(Side.Client), Arrow(row, MiddleWidth),
            isCalled ? StateOf(Side.Server, receiver) : row.StateName(Side.Server));
        if (row.Calls.ContainsKey(receiver)) yield return Line("", "", Calls(row, receiver), "");

        string StateOf(Side side, Side wanted) => side == wanted ? row.StateName(side) : "";
    }

    // The client's call is on the left, the server's on the right.
    private string Calls(LadderRow row, params Side[] sides)
    {
        string Of(Side side) => sides.Contains(side) ? Call(row, side, MiddleWidth / 2) : "";
        string client = Of(Side.Client), server = Of(Side.Server);
        return Paint(client, ColourOf(Side.Client)) + new string(' ', MiddleWidth - client.Length - server.Length)
            + Paint(server, ColourOf(Side.Server));
    }
}
