using System.Globalization;
using System.Net.NetworkInformation;
using System.Xml.Linq;
using SideBySide.Svg;
using TcpClose.Kernel;

namespace SideBySide.Page.States;

/// <summary>
/// Draws the state diagram of RFC 9293, figure 5. Every state and arrow is a group with its name, so that a script can
/// mark it.
/// </summary>
internal static class StateDiagramSvg
{
    private const int LineHeight = 11;

    // The labels that are not one line for the event and one for the action.
    private static readonly Dictionary<(TcpState, TcpState), string[]> Breaks = new()
    {
        [(TcpState.SynSent, TcpState.SynReceived)] = ["rcv SYN / snd SYN,ACK"],
        [(TcpState.SynReceived, TcpState.Established)] = ["rcv ACK", "of SYN"],
        [(TcpState.FinWait1, TcpState.FinWait2)] = ["rcv ACK", "of FIN"],
        [(TcpState.Closing, TcpState.TimeWait)] = ["rcv ACK", "of FIN"],
        [(TcpState.LastAck, TcpState.DeleteTcb)] = ["rcv ACK", "of FIN"],
        [(TcpState.TimeWait, TcpState.DeleteTcb)] = ["timeout", "2 MSL"],
        [(TcpState.Unknown, TcpState.DeleteTcb)] = ["any state: rcv RST,", "or abort / snd RST"],
    };

    /// <summary>Returns the diagram of an end. The states in <paramref name="reached"/> can be clicked.</summary>
    public static XElement Draw(string end, IReadOnlySet<TcpState> reached) =>
        new(SvgElement.Namespace + "svg",
            new XAttribute("viewBox", $"0 0 {StateDiagramLayout.Width} {StateDiagramLayout.Height}"),
            new XAttribute("class", "machine"), new XAttribute("role", "group"),
            new XAttribute("aria-label", $"{end}: the state diagram of RFC 9293"),
            StateMachine.Transitions.Select(Arrow), StateMachine.States.Select(s => State(s, end, reached)));

    private static XElement Arrow(StateTransition transition)
    {
        (string path, string label) = StateDiagramLayout.Arrows[(transition.From, transition.To)];
        XElement line = new(SvgElement.Namespace + "path", new XAttribute("d", path));
        XElement group = SvgElement.Group("edge", line, new XElement(SvgElement.Namespace + "path",
            new XAttribute("d", Tip(path)), new XAttribute("class", "tip")), Label(transition, label));
        group.Add(new XAttribute("data-edge", transition.Id));
        return group;
    }

    private static IEnumerable<XElement> Label(StateTransition transition, string place)
    {
        string[] lines = Breaks.GetValueOrDefault((transition.From, transition.To))
            ?? (transition.Action == "" ? [transition.Event] : [transition.Event, transition.Action]);
        int[] at = [.. place[1..].Split(' ').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
        string kind = place[0] is 's' ? "label" : $"label {place[0]}";
        return lines.Select((line, i) => SvgElement.Text(at[0], at[1] + (i * LineHeight), kind, line));
    }

    // The tip of an arrow, in the direction of the last part of its line.
    private static string Tip(string path)
    {
        double[] numbers = [.. Numbers(path)];
        (double x, double y) = (numbers[^2], numbers[^1]);
        (double dx, double dy) = (x - numbers[^4], y - numbers[^3]);
        double length = Math.Sqrt((dx * dx) + (dy * dy));
        (dx, dy) = (dx / length, dy / length);
        (double backX, double backY) = (x - (7 * dx), y - (7 * dy));
        return string.Create(CultureInfo.InvariantCulture,
            $"M{x:0.#} {y:0.#}L{backX - (3.5 * dy):0.#} {backY + (3.5 * dx):0.#}")
            + string.Create(CultureInfo.InvariantCulture, $"L{backX + (3.5 * dy):0.#} {backY - (3.5 * dx):0.#}z");
    }

    // The coordinates of all points. H has only an x, and V only a y; the other coordinate does not change.
    private static IEnumerable<double> Numbers(string path)
    {
        (double x, double y) = (0, 0);
        foreach (string part in Parts(path))
        {
            double[] numbers = [.. part[1..].Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
            if (part[0] == 'H') numbers = [numbers[0], y];
            if (part[0] == 'V') numbers = [x, numbers[0]];
            foreach (double number in numbers) yield return number;
            (x, y) = (numbers[^2], numbers[^1]);
        }
    }

    private static IEnumerable<string> Parts(string path)
    {
        for (int from = 0; from < path.Length;)
        {
            int to = path.IndexOfAny(['H', 'V', 'Q', 'M'], from + 1);
            if (to < 0) to = path.Length;
            yield return path[from..to];
            from = to;
        }
    }

    private static XElement State(TcpState state, string end, IReadOnlySet<TcpState> reached)
    {
        (int x, int y) = StateDiagramLayout.States[state];
        string name = StateNames.Name(state)!;
        XElement group = SvgElement.Group("state",
            SvgElement.Rect(x - (StateDiagramLayout.BoxWidth / 2), y - (StateDiagramLayout.BoxHeight / 2),
                StateDiagramLayout.BoxWidth, StateDiagramLayout.BoxHeight, "", radius: 6),
            SvgElement.Text(x, y + 4, "m", name));
        group.Add(new XAttribute("data-state", $"{state}"));
        if (!reached.Contains(state)) return group;
        group.Add(new XAttribute("role", "button"), new XAttribute("tabindex", 0),
            new XAttribute("aria-label", $"{end}: go to {name}"));
        return group;
    }
}
