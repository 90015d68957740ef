using System.Net.NetworkInformation;
using static System.Net.NetworkInformation.TcpState;

namespace SideBySide.Page.States;

/// <summary>
/// The positions in the state diagram, in pixels. As in RFC 9293, figure 5, the opening is at the top. The active close
/// is on the left, the passive close on the right.
/// </summary>
internal static class StateDiagramLayout
{
    /// <summary>The size of the diagram.</summary>
    public const int Width = 344, Height = 450;

    /// <summary>The size of the box of a state.</summary>
    public const int BoxWidth = 96, BoxHeight = 24;

    private const int Left = 52, Middle = 172, Right = 292;

    /// <summary>The middle of the box of each state.</summary>
    public static readonly Dictionary<TcpState, (int X, int Y)> States = new()
    {
        [Closed] = (Middle, 18),
        [Listen] = (Middle, 86),
        [SynReceived] = (Left, 148),
        [SynSent] = (Right, 148),
        [Established] = (Middle, 210),
        [FinWait1] = (Left, 268),
        [CloseWait] = (Right, 268),
        [FinWait2] = (Left, 334),
        [Closing] = (Middle, 334),
        [LastAck] = (Right, 334),
        [TimeWait] = (Middle, 400),
        [DeleteTcb] = (Right, 400),
    };

    /// <summary>
    /// Each arrow: its line as an SVG path, and the position of its label. The letter means that x is the start
    /// (<c>s</c>), end (<c>e</c>) or middle (<c>m</c>) of the label. The y is the base line of the label's first line.
    /// </summary>
    public static readonly Dictionary<(TcpState From, TcpState To), (string Path, string Label)> Arrows = new()
    {
        [(Closed, Listen)] = ("M162 30V74", "e157 46"),
        [(Listen, Closed)] = ("M182 74V30", "s187 46"),
        [(Closed, SynSent)] = ("M220 22H266Q284 22 284 40V136", "e279 64"),
        [(SynSent, Closed)] = ("M306 136V32Q306 14 288 14H220", "s310 66"),
        [(Listen, SynReceived)] = ("M124 88Q76 90 72 136", "e80 88"),
        [(SynReceived, Listen)] = ("M90 136Q95 106 124 95", "s101 122"),
        [(Listen, SynSent)] = ("M220 90Q260 96 264 136", "e244 112"),
        [(SynSent, SynReceived)] = ("M244 146H100", "m172 141"),
        [(SynReceived, Established)] = ("M72 160Q78 202 124 206", "s88 173"),
        [(SynSent, Established)] = ("M272 160Q266 202 220 206", "e256 173"),
        [(SynReceived, FinWait1)] = ("M26 160V256", "s31 222"),
        [(Established, FinWait1)] = ("M150 222Q148 260 100 264", "e135 235"),
        [(Established, CloseWait)] = ("M194 222Q196 260 244 264", "s209 235"),
        [(FinWait1, FinWait2)] = ("M26 280V322", "s31 298"),
        [(FinWait1, Closing)] = ("M80 280Q86 326 124 330", "s94 298"),
        [(CloseWait, LastAck)] = ("M292 280V322", "s297 298"),
        [(FinWait2, TimeWait)] = ("M52 346Q54 396 124 400", "s76 366"),
        [(Closing, TimeWait)] = ("M172 346V388", "s177 359"),
        [(LastAck, DeleteTcb)] = ("M292 346V388", "s297 364"),
        [(TimeWait, DeleteTcb)] = ("M220 400H244", "m236 374"),
        [(Unknown, DeleteTcb)] = ("M292 444V412", "e286 430"),
    };
}
