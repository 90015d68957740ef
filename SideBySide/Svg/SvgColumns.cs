using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Svg;

/// <summary>
/// The horizontal layout, in pixels. In a narrow picture the calls and the states of a side share one column. A relay
/// is a box between the client and the server. The left and the right edge of the box are the lines of the relay's two
/// sockets, and the states of both sockets are inside the box.
/// </summary>
/// <param name="Width">The width of the picture.</param>
/// <param name="HasRelay">Whether there is a relay.</param>
internal sealed record SvgColumns(int Width, bool HasRelay = false)
{
    /// <summary>The width of a side's line.</summary>
    public const int Bar = 8;

    private const int Gap = 12, MinWideWidth = 880, MinNarrowWidth = 600, PillWidth = 88;

    /// <summary>Whether a state is below or above its call, and not next to it.</summary>
    public bool IsNarrow => Width < MinWideWidth;

    /// <summary>Whether the picture is for a phone.</summary>
    public bool IsPhone => Width < MinNarrowWidth;

    /// <summary>Whether the two lines of a connection are too close to each other for long labels and notes.</summary>
    public bool IsTight => IsPhone || HasRelay;

    /// <summary>The left edge of all text that spans the columns.</summary>
    public static int Margin => 14;

    /// <summary>The right edge of the times.</summary>
    public int Time => IsNarrow ? 42 : 56;

    /// <summary>The middle between the line of the client and that of the server.</summary>
    public int Middle => (Left + Right) / 2;

    /// <summary>The middle between the two lines of a connection.</summary>
    public int MiddleOf(Leg leg) => (Line(new LegEnd(leg, Side.Client)) + Line(new LegEnd(leg, Side.Server))) / 2;

    /// <summary>The middle of the line of an end.</summary>
    public int Line(LegEnd end) => end switch
    {
        { IsRelay: true, Side: Side.Server } => Middle - (RelayWidth / 2),
        { IsRelay: true } => Middle + (RelayWidth / 2),
        { Side: Side.Client } => Left,
        _ => Right,
    };

    /// <summary>The horizontal position at which the arrows touch an end's line.</summary>
    public int Edge(LegEnd end) => Line(end) - (Outward(end.Side) * Bar / 2);

    /// <summary>Where the text of a call begins (server) or ends (client).</summary>
    public int Call(LegEnd end) => Line(end) + (Outward(end.Side) * Gap);

    /// <summary>Where the pill of a state begins (server) or ends (client).</summary>
    public int State(LegEnd end) => IsNarrow || end.IsRelay ? Call(end)
        : end.Side == Side.Client ? Time + Gap + PillWidth : Width - Gap - PillWidth;

    /// <summary>The CSS class that aligns a side's text: the client's text ends at the client's line.</summary>
    public static string Anchor(Side side) => side == Side.Client ? "e" : "";

    /// <summary>-1 for a client, whose columns are to the left of its line, and 1 for a server.</summary>
    public static int Outward(Side side) => side == Side.Client ? -1 : 1;

    // The horizontal middle of the client's line (Left) and of the server's line (Right).
    private int Left => (IsNarrow, HasRelay) switch
    {
        (true, false) => IsPhone ? 150 : 164,
        (true, true) => 156,
        (false, false) => 300,
        (false, true) => 274,
    };

    private int Right => Width - (IsPhone ? 106 : IsNarrow ? 120 : HasRelay ? 230 : 250);

    /// <summary>The distance between the lines of the relay's two sockets.</summary>
    public int RelayWidth => PillWidth + (2 * Gap) + (IsNarrow ? 4 : 16);
}
