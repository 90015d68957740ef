using SideBySide.Drawing;
using SideBySide.Timeline;
using SideBySide.Tracing;
using static SideBySide.Summary.Wording;

namespace SideBySide.Summary.Relays;

/// <summary>Describes what a relay did with each FIN and each RST, and whether all bytes came through.</summary>
internal sealed class RelaySentences
{
    private readonly RelayFacts _facts;

    // The relay's segments that a sentence has already mentioned.
    private readonly HashSet<RelaySegment> _told = [];

    private RelaySentences(RelayFacts facts) => _facts = facts;

    /// <summary>The sentences about the events in order, and then about the totals.</summary>
    public static IReadOnlyList<string> Of(RelayedRun run, Diagram diagram)
    {
        if (run.ToRelay.Segments is null)
            return ["The segments were not captured, so nothing is known of the relay."];
        var sentences = new RelaySentences(new RelayFacts(diagram));
        return !run.HasReachedServer && sentences._facts.Segments.All(s => s.Sender.Leg != Leg.RelayToServer)
            ? [.. sentences.WithoutServer()]
            : [.. sentences.Events(), .. sentences.Totals()];
    }

    // The relay answered the client alone.
    private IEnumerable<string> WithoutServer()
    {
        yield return "The relay opened no connection to the server.";
        LegEnd socket = RelayFacts.Client.Peer;
        if (_facts.Bytes(socket) is > 0 and var bytes)
            yield return $"It answered the client itself, with {Count(bytes, "byte")}.";
        if (_facts.Fin(RelayFacts.Client) is { } fin)
            yield return $"The client's FIN ({fin.Number}) reached the relay.";
        if (_facts.End(socket) is { IsReset: true } reset) yield return OwnReset(reset);
        else if (_facts.Fin(socket) is { } own) yield return $"The relay sent its FIN to the client ({own.Number}).";
    }

    private IEnumerable<string> Events()
    {
        foreach (RelaySegment segment in _facts.Segments.Where(s => s.IsFin || s.IsReset))
        {
            if (_told.Contains(segment)) continue;
            bool isFirst = _facts.Segments.First(s => s.Sender == segment.Sender
                && (segment.IsReset ? s.IsReset : s.IsFin)) == segment;
            if (!isFirst) continue;
            yield return (segment.Sender.IsRelay, segment.IsReset) switch
            {
                (false, false) => ReceivedFin(segment),
                (false, true) => ReceivedReset(segment),
                (true, false) => OwnFin(segment),
                (true, true) => OwnReset(segment),
            };
        }
    }

    // A FIN of the client or of the server.
    private string ReceivedFin(RelaySegment fin)
    {
        string arrived = $"The {fin.Sender.Name}'s FIN ({fin.Number}) reached the relay";
        LegEnd opposite = RelayFacts.Opposite(fin.Sender), socket = RelayFacts.Facing(opposite);
        if (_facts.Reset(opposite) is { } broken && broken.Number < fin.Number)
            return $"{arrived}, after the {opposite.Name} had reset the other connection ({broken.Number}).";
        if (_facts.End(socket) is not { } sent || IsCausedByReset(sent, fin))
        {
            return $"{arrived}, but the relay sent no FIN to the {opposite.Name}"
                + (_facts.Reset(opposite) is { } reset ? $", which reset the other connection ({reset.Number})." : ".");
        }

        if (sent.Number < fin.Number)
        {
            return $"{arrived}. Before that the relay had already {Ended(sent)} the {opposite.Name} ({sent.Number}).";
        }

        _told.Add(sent);
        string after = Time(Between(fin.Event.At, sent.Event.At));
        return sent.IsReset
            ? $"{arrived}. {Capitalized(after)} later the relay reset the connection to the {opposite.Name} "
                + $"({sent.Number}) instead of sending a FIN{Reason(sent)}."
            : $"{arrived}. The relay sent its own FIN to the {opposite.Name} {after} later ({sent.Number}).";
    }

    // Whether the relay sent a RST after the sender of the FIN had sent one.
    private bool IsCausedByReset(RelaySegment sent, RelaySegment fin) =>
        sent.IsReset && _facts.Reset(fin.Sender) is { } reset && reset.Number < sent.Number;

    // A RST of the client or of the server.
    private string ReceivedReset(RelaySegment reset)
    {
        LegEnd opposite = RelayFacts.Opposite(reset.Sender), socket = RelayFacts.Facing(opposite);
        RelaySegment? opened = _facts.LastBefore(reset.Sender.Peer, reset);
        string arrived = opened is { Event: { } syn } && syn.Has("SYN") && !syn.Has("ACK")
            ? $"The {reset.Sender.Name} refused the relay's connection ({reset.Number})"
            : $"The {reset.Sender.Name}'s RST ({reset.Number}{Reason(reset, ": ")}) reached the relay";
        if (_facts.End(socket) is not { } sent) return $"{arrived}, but the relay sent nothing to the {opposite.Name}.";
        if (_facts.Segments.LastOrDefault(s => s.Sender == socket && (s.IsFin || s.IsReset)) is { } last
            && last.Number < reset.Number)
        {
            return $"{arrived}. The relay did not pass it on: it had already {Ended(last)} the {opposite.Name} "
                + $"({last.Number}).";
        }

        RelaySegment next = sent.Number > reset.Number ? sent
            : _facts.Segments.First(s => s.Sender == socket && (s.IsFin || s.IsReset) && s.Number > reset.Number);
        _told.Add(next);
        string after = Time(Between(reset.Event.At, next.Event.At));
        return next.IsReset
            ? $"{arrived}. The relay reset the connection to the {opposite.Name} {after} later ({next.Number})"
                + $"{Reason(next)}."
            : $"{arrived}. The relay sent a FIN to the {opposite.Name} {after} later ({next.Number}): the "
                + $"{opposite.Name} reads an end of stream, and no reset.";
    }

    // A FIN that the relay sent before the opposite side sent one.
    private string OwnFin(RelaySegment fin)
    {
        LegEnd receiver = fin.Sender.Peer, opposite = RelayFacts.Opposite(receiver);
        string without = $"although the {opposite.Name} had not sent its FIN";
        return _facts.Fin(receiver) is { } cause && cause.Number < fin.Number
            ? $"{Capitalized(Time(Between(cause.Event.At, fin.Event.At)))} after the {receiver.Name}'s FIN the relay "
                + $"also ended the direction to the {receiver.Name} ({fin.Number}), {without}."
            : $"The relay sent a FIN to the {receiver.Name} ({fin.Number}), {without}.";
    }

    // A RST that the relay sent without having received one.
    private string OwnReset(RelaySegment reset)
    {
        LegEnd receiver = reset.Sender.Peer;
        if (_facts.LastBefore(receiver, reset) is { Event: var syn } && syn.Has("SYN") && !syn.Has("ACK"))
            return $"The {receiver.Name} was refused ({reset.Number}): nothing listened on the relay's port any more.";
        if (reset.IsAnsweringReset && _facts.LastBefore(receiver, reset) is { } answered)
        {
            long bytes = answered.Event.Segment.Length;
            string what = bytes > 0 ? Count(bytes, "byte") : answered.IsFin ? "FIN" : "segment";
            return $"The {receiver.Name}'s {what} ({answered.Number}) {(bytes > 1 ? "were" : "was")} answered with a "
                + $"RST ({reset.Number}), because the relay had closed that socket.";
        }

        return $"The relay reset the connection to the {receiver.Name} ({reset.Number}){Reason(reset)}.";
    }

    private IEnumerable<string> Totals()
    {
        foreach (LegEnd end in (LegEnd[])[RelayFacts.Client, RelayFacts.Server])
            if (Total(end) is { } total) yield return total;
        if (_facts.IsPreserved)
        {
            yield return "Both FINs and the same number of bytes came through in their order: "
                + "the relay preserved this close.";
        }
    }

    private string? Total(LegEnd end)
    {
        LegEnd opposite = RelayFacts.Opposite(end);
        long sent = _facts.Bytes(end), passed = _facts.Bytes(RelayFacts.Facing(opposite));
        string first = $"The {end.Name} sent {Count(sent, "byte")}";
        return sent == 0 && passed == 0 ? null
            : $"{first}, and the relay sent {Passed(passed, sent)} to the {opposite.Name}"
                + (passed > sent ? ": it adds bytes of its own." : ".");
    }

    private static string Passed(long passed, long sent) =>
        passed == 0 ? "none" : passed < sent ? $"only {passed}" : $"{passed}";

    private static string Ended(RelaySegment end) =>
        end.IsReset ? "reset the connection to" : "sent its own FIN to";

    private static string Reason(RelaySegment reset, string lead = ": ") =>
        ResetReason.InPlainWords(reset.Event.ResetReason) is { } why ? lead + why : "";

    private static string Capitalized(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
