using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Svg;

/// <summary>
/// The horizontal layout, in pixels. In a narrow picture the calls and the states of a side share one column. A relay
/// is a box. Its left and right edges are the lines of the relay's two sockets.
/// </summary>
internal sealed record SvgColumns(int Width, bool HasRelay = false)
{
    /// <summary>The width of a side's line.</summary>
    public const int Bar = 8;

    private const int Gap = 12, MinWideWidth = 880, MinNarrowWidth = 600, PillWidth = 88;

    /// <summary>Whether a state is above or below its call.</summary>
    public bool IsNarrow => Width < MinWideWidth;

    public bool IsPhone => Width < MinNarrowWidth;

    /// <summary>Whether a connection has no room for long labels and notes.</summary>
    public bool IsTight => IsPhone || HasRelay;

    /// <summary>The left edge of all text that spans the columns.</summary>
    public static int Margin => 14;

    /// <summary>The right edge of the times.</summary>
    public int Time => IsNarrow ? 42 : 56;

    /// <summary>The middle between the client's and the server's line.</summary>
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

    /// <summary>Where the arrows touch an end's line.</summary>
    public int Edge(LegEnd end) => Line(end) - (Outward(end.Side) * Bar / 2);

    /// <summary>Where the text of a call begins (server) or ends (client).</summary>
    public int Call(LegEnd end) => Line(end) + (Outward(end.Side) * Gap);

    /// <summary>Where the pill of a state begins (server) or ends (client).</summary>
    public int State(LegEnd end) => IsNarrow || end.IsRelay ? Call(end)
        : end.Side == Side.Client ? Time + Gap + PillWidth : Width - Gap - PillWidth;

    /// <summary>The CSS class that aligns a side's text with its line.</summary>
    public static string Anchor(Side side) => side == Side.Client ? "e" : "";

    /// <summary>The direction away from the arrows: -1 for a client, 1 for a server.</summary>
    public static int Outward(Side side) => side == Side.Client ? -1 : 1;

    // The middle of the client's line (Left) and of the server's line (Right).
    private int Left => (IsNarrow, HasRelay) switch
    {
        (true, false) => IsPhone ? 150 : 164,
        (true, true) => 156,
        (false, false) => 300,
        (false, true) => 274,
    };

    private int Right => Width - (IsPhone ? 106 : IsNarrow ? 120 : HasRelay ? 230 : 250);

    /// <summary>The width of the relay's box.</summary>
    public int RelayWidth => PillWidth + (2 * Gap) + (IsNarrow ? 4 : 16);
}
