using SideBySide.Captures;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Remarks;

/// <summary>Describes the ICMP errors that quote segments of a connection.</summary>
internal static class IcmpRemarks
{
    /// <summary>The remarks: one for all errors about the same end with the same source, kind and MTU.</summary>
    public static IEnumerable<Remark> Find(ConnectionFacts facts) => Groups(facts).Select(g => new Remark(
        "icmp-error", Frames(g), $"{What(facts, g)}: {Meaning(facts, g.First())}."));

    /// <summary>The sentences for the story, one for each remark.</summary>
    public static IEnumerable<string> Summarize(ConnectionFacts facts) =>
        Groups(facts).Select(g => $"{What(facts, g)} ({Remark.Numbers(Frames(g))}).");

    /// <summary>The frames of the ICMP errors, after a given frame, that explain why an end gets no answer.</summary>
    public static IReadOnlyList<int> ThatExplain(ConnectionFacts facts, Side sender, int after) =>
        [.. facts.Connection.IcmpErrors.Where(e => e.Sender == sender && e.Frame > after).Select(e => e.Frame)];

    private static IEnumerable<IGrouping<(string, Side, IcmpErrorKind, int), IcmpError>> Groups(
        ConnectionFacts facts) => facts.Connection.IcmpErrors.GroupBy(e => (e.From, e.Sender, e.Kind, e.Mtu));

    private static int[] Frames(IEnumerable<IcmpError> errors) => [.. errors.Select(e => e.Frame)];

    private static string What(
        ConnectionFacts facts, IGrouping<(string From, Side Sender, IcmpErrorKind Kind, int Mtu), IcmpError> same) =>
        $"{same.Key.From} answered "
        + (facts.Connection.IcmpErrors.Count == CapturedConnection.MaxIcmpErrors ? "at least " : "")
        + $"{Wording.Count(same.Count(), "segment")} of the {same.Key.Sender.Name()} with the "
        + $"ICMP error \"{Name(same.Key.Kind)}\""
        + (same.Key.Mtu > 0 ? $" (MTU {same.Key.Mtu})" : "");

    private static string Name(IcmpErrorKind kind) => kind switch
    {
        IcmpErrorKind.NetworkUnreachable => "network unreachable",
        IcmpErrorKind.HostUnreachable => "host unreachable",
        IcmpErrorKind.PortUnreachable => "port unreachable",
        IcmpErrorKind.Prohibited => "administratively prohibited",
        IcmpErrorKind.TooBig => "packet too big, fragmentation needed",
        IcmpErrorKind.TimeExceeded => "time exceeded",
        IcmpErrorKind.Other => "destination unreachable or parameter problem",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static string Meaning(ConnectionFacts facts, IcmpError error)
    {
        Side peer = error.Sender.Peer();
        string host = facts.Connection.End(peer).Address;
        bool isHost = error.From == host;
        return error.Kind switch
        {
            IcmpErrorKind.NetworkUnreachable => $"this router has no route to {host}",
            IcmpErrorKind.HostUnreachable => isHost ? $"{host} cannot be reached"
                : $"this router gets no answer from {host} on the last link. That host is down, disconnected, or does "
                    + "not have this address",
            IcmpErrorKind.PortUnreachable => (isHost ? "this host" : "a device before the host")
                + " rejects the segments. For TCP, that is a rule of a firewall: without one, a kernel answers with a "
                + "RST",
            IcmpErrorKind.Prohibited => "a rule of a firewall " + (isHost ? "at that host" : "or router at that "
                + "address") + " rejects the segments",
            IcmpErrorKind.TooBig => (error.Mtu > 0 ? $"the next link carries packets of at most {error.Mtu} bytes. "
                : "the packets are too large for the next link. ")
                + $"The {error.Sender.Name()} must send smaller ones, and usually does",
            IcmpErrorKind.TimeExceeded => "the segments passed too many routers, as in a loop of routes, or they were "
                + "sent with a small time to live on purpose (traceroute)",
            IcmpErrorKind.Other => $"the segments did not reach the {peer.Name()}",
            _ => throw new ArgumentOutOfRangeException(nameof(error)),
        };
    }
}
