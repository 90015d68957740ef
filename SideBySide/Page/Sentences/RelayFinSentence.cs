using SideBySide.Drawing;
using SideBySide.Summary.Relays;
using SideBySide.Timeline;

namespace SideBySide.Page.Sentences;

/// <summary>Explains what a relay's FIN has to do with its other connection.</summary>
internal static class RelayFinSentence
{
    /// <summary>The sentence for a row with the first FIN of a relay's socket; otherwise null.</summary>
    public static string? Of(Diagram diagram, DiagramRow at)
    {
        if (at is not { Sender: { IsRelay: true } sender, Row.Segment: { } segment } || !segment.Has("FIN"))
            return null;
        var facts = new RelayFacts(diagram);
        int number = at.Row.Number;
        if (facts.Fin(sender)?.Number != number) return null;
        LegEnd source = RelayFacts.Opposite(sender.Peer);
        return facts.End(source) is { } end && end.Number < number
            ? end.IsReset
                ? $"The {source.Name} had reset its connection ({end.Number}): the relay turns the RST into a FIN."
                : $"With this FIN the relay passes on the {source.Name}'s FIN ({end.Number})."
            : $"The {source.Name} has not sent its FIN: the relay ends this direction by itself.";
    }
}
