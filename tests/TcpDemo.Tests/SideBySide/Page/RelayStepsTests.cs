using System.Net.NetworkInformation;
using SideBySide.Drawing;
using SideBySide.Page;
using SideBySide.Page.Sentences;
using SideBySide.Timeline;
using TcpClose.Events;
using TcpDemo.Tests.SideBySide.Summary;
using static TcpDemo.Tests.SideBySide.Relays.RelaySentencesTests;

namespace TcpDemo.Tests.SideBySide.Page;

/// <summary>The steps of a relay explain its FINs, but not the calls of its program.</summary>
public sealed class RelayStepsTests
{
    [Fact]
    public void AFinThatIsPassedOnNamesItsOrigin() => Assert.Equal(
        ["With this FIN the relay passes on the client's FIN (9).",
            "With this FIN the relay passes on the server's FIN (11)."],
        SentencesOf([.. Open, "10 client wire FIN,ACK 14 1 0", "13 server wire FIN,ACK 1 15 0"],
            [.. Later(Open), "11 client wire FIN,ACK 14 1 0", "12 server wire FIN,ACK 1 15 0"]));

    [Fact]
    public void AFinOfTheRelayAloneIsCalledItsOwn() => Assert.Equal(
        ["With this FIN the relay passes on the client's FIN (9).",
            "The server has not sent its FIN: the relay ends this direction by itself."],
        SentencesOf([.. Open, "10 client wire FIN,ACK 14 1 0", "12 server wire FIN,ACK 1 15 0"],
            [.. Later(Open), "11 client wire FIN,ACK 14 1 0", "300 server wire FIN,ACK 1 15 0"]));

    [Fact]
    public void AFinInPlaceOfAResetIsCalledThat() => Assert.Equal(
        ["The server had reset its connection (9): the relay turns the RST into a FIN."],
        SentencesOf([.. Open, "11 server wire FIN,ACK 1 14 0"], [.. Later(Open), "10 server wire RST,ACK 1 14 0"]));

    [Fact]
    public void WhatTheRelaysProgramReadsIsNotClaimed()
    {
        var socket = new EndOfStep(new LegEnd(Leg.RelayToServer, Side.Client), TcpState.FinWait2, "FIN-WAIT-2");
        Assert.EndsWith("is not observed.", StateSentences.InThisStep(socket), StringComparison.Ordinal);
        Assert.Null(StateSentences.InThisStep(socket with { End = new LegEnd(Leg.ClientToRelay, Side.Client) }));
        Assert.Null(StateSentences.InThisStep(socket with { State = TcpState.CloseWait }));
    }

    // The sentences about the relay's FINs.
    private static string[] SentencesOf(string[] toRelay, string[] toServer) =>
        [.. Steps.Of(Diagram.Of(HandMadeRun.Through(toRelay, toServer)))
            .SelectMany(s => s.Explanation).Where(t => t.Contains("this FIN", StringComparison.Ordinal)
                || t.Contains("the relay ends", StringComparison.Ordinal)
                || t.Contains("the relay turns", StringComparison.Ordinal))];
}
