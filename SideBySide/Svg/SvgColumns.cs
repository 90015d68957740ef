using TcpClose.Events;

namespace SideBySide.Svg;

/// <summary>
/// The horizontal layout, in pixels. In a narrow picture the calls and the states of a side share one column.
/// </summary>
/// <param name="Width">The width of the picture.</param>
internal sealed record SvgColumns(int Width)
{
    /// <summary>The width of a side's line.</summary>
    public const int Bar = 8;

    private const int Gap = 12, MinWideWidth = 880, PillWidth = 88;

    /// <summary>Whether a state is below or above its call, and not next to it.</summary>
    public bool IsNarrow => Width < MinWideWidth;

    /// <summary>The left edge of all text that spans the columns.</summary>
    public static int Margin => 14;

    /// <summary>The right edge of the times.</summary>
    public int Time => IsNarrow ? 38 : 56;

    /// <summary>The middle between the two lines.</summary>
    public int Middle => (Line(Side.Client) + Line(Side.Server)) / 2;

    /// <summary>The middle of a side's line.</summary>
    public int Line(Side side) => side == Side.Client ? (IsNarrow ? 164 : 300) : Width - (IsNarrow ? 120 : 250);

    /// <summary>The edge of a side's line that the arrows touch.</summary>
    public int Edge(Side side) => Line(side) - (Outward(side) * Bar / 2);

    /// <summary>Where the text of a call begins (server) or ends (client).</summary>
    public int Call(Side side) => Line(side) + (Outward(side) * Gap);

    /// <summary>Where a state begins (server) or ends (client).</summary>
    public int State(Side side) => IsNarrow ? Call(side)
        : side == Side.Client ? Time + Gap + PillWidth : Width - Gap - PillWidth;

    /// <summary>The class of text in a side's columns: the client's text ends at its line.</summary>
    public static string Anchor(Side side) => side == Side.Client ? "e" : "";

    /// <summary>-1 for the client, whose columns are to the left of its line, and 1 for the server.</summary>
    public static int Outward(Side side) => side == Side.Client ? -1 : 1;
}
