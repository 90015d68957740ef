using System.Text.RegularExpressions;

namespace SideBySide.Svg;

/// <summary>The style sheet of a picture, for light and dark backgrounds.</summary>
internal static partial class SvgStyle
{
    /// <summary>
    /// The rules. Each text has a contrast of at least 4.5:1 to its background (WCAG 2, 1.4.3). A text outside a
    /// state's pill has a border in the background's colour, so that it can be read on top of a line.
    /// </summary>
    public const string Sheet = """
        text { font: 12px system-ui, sans-serif; fill: #1f2328; paint-order: stroke; stroke: #fff; stroke-width: 4px;
          stroke-linejoin: round; }
        .m { text-anchor: middle; } .e { text-anchor: end; } .title, .head { font-size: 14px; font-weight: 600; }
        .group, .role { font-size: 11.5px; font-weight: 600; } .note { font-style: italic; }
        .time, .label { font: 11px ui-monospace, monospace; } .faint, .role, .time, .ack text { fill: #59636e; }
        .flag .label { font-weight: 700; } .ground, .gap { fill: #fff; } .ground { stroke: #d1d9e0; }
        .half-closed { fill: #ffd8b5; opacity: .4; } .bracket, .break, .pause, .finished { fill: none;
          stroke: #59636e; }
        .pause { stroke-dasharray: 1 4; } .arrow, .cross { fill: none; stroke-width: 1.5; }
        .flag .arrow { stroke-width: 3; } .ack .arrow { stroke-width: 1; }
        .again .arrow { stroke-dasharray: 7 4; } .cross { stroke-width: 2.5; }
        .client { stroke: #0969da; fill: #0969da; } .server { stroke: #8250df; fill: #8250df; }
        .relay { stroke: #1b7c83; fill: #1b7c83; } .relay-box { fill: #ddf4f5; opacity: .5; }
        .ack { stroke: #6e7781; fill: #6e7781; } .lost, .lost .cross { stroke: #cf222e; }
        .tip, .pill text, .pill rect { stroke: none; } .pill text { font: 700 10.5px ui-monospace, monospace; }
        .idle { fill: #eaeef2; } .open { fill: #1a7f37; } .active { fill: #bc4c00; } .passive { fill: #ffd8b5; }
        .wait { fill: #7d2248; } .open text, .active text, .wait text { fill: #fff; } .passive text { fill: #702c00; }
        .bar.idle { fill: #d1d9e0; } .pill.read rect { stroke: #1f2328; stroke-dasharray: 2 2; }
        .pill.inferred rect { stroke: #1f2328; stroke-dasharray: 5 2; } .pill.inferred text { font-style: italic; }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3; stroke: #0d1117; } .faint, .role, .time, .ack text { fill: #9198a1; }
          .ground, .gap { fill: #0d1117; } .ground { stroke: #3d444d; } .half-closed { fill: #4d2d12; opacity: .6; }
          .bracket, .break, .pause, .finished { stroke: #9198a1; }
          .client { stroke: #58a6ff; fill: #58a6ff; } .server { stroke: #bc8cff; fill: #bc8cff; }
          .relay { stroke: #39c5cf; fill: #39c5cf; } .relay-box { fill: #12383b; }
          .ack { stroke: #818b98; fill: #818b98; } .lost, .lost .cross { stroke: #f85149; }
          .idle { fill: #2f353d; } .open { fill: #1f7a31; } .active { fill: #b3500f; } .passive { fill: #6b3a12; }
          .wait { fill: #9b3560; } .passive text { fill: #ffd8b5; }
          .bar.idle { fill: #3d444d; } .pill.read rect, .pill.inferred rect { stroke: #e6edf3; }
        }
        """;

    /// <summary>
    /// The rules for pictures inside the elements that a selector selects. The dark colours are for the screen only.
    /// </summary>
    public static string Within(string selector) => Selectors().Replace(
        Sheet.Replace("@media (", "@media screen and (", StringComparison.Ordinal), match =>
        string.Join(", ", match.Value.Split(',').Select(s => $"{selector} {s.Trim()}")) + " ");

    // Finds the selectors: the text in front of each opening brace, except a media query.
    [GeneratedRegex(@"(?<=^|[{}])\s*[^{}@;]+(?=\{)")]
    private static partial Regex Selectors();
}
