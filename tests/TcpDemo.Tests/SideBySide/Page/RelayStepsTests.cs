using System.Net.NetworkInformation;
using SideBySide.Drawing;
using SideBySide.Page;
using SideBySide.Page.Sentences;
using SideBySide.Timeline;
using TcpClose.Events;
using TcpDemo.Tests.SideBySide.Summary;

namespace TcpDemo.Tests.SideBySide.Page;

/// <summary>The steps of a relay explain its FINs, and do not claim to know what its program calls.</summary>
public sealed class RelayStepsTests
{
    private static readonly string[] Open = ["0 client wire SYN 0 0 0", "0 server wire SYN,ACK 0 1 0",
        "0 client wire ACK 1 1 0", "1 client wire PSH,ACK 1 1 13"];

    [Fact]
    public void AFinThatIsPassedOnNamesItsOrigin() => Assert.Equal(
        ["With this FIN the relay passes on the client's FIN (9).",
            "With this FIN the relay passes on the server's FIN (11)."],
        SentencesOf([.. Open, "10 client wire FIN,ACK 14 1 0", "13 server wire FIN,ACK 1 15 0"],
            [.. Later, "11 client wire FIN,ACK 14 1 0", "12 server wire FIN,ACK 1 15 0"]));

    [Fact]
    public void AFinOfTheRelayAloneIsCalledItsOwn() => Assert.Equal(
        ["With this FIN the relay passes on the client's FIN (9).",
            "The server has not sent its FIN: the relay ends this direction by itself."],
        SentencesOf([.. Open, "10 client wire FIN,ACK 14 1 0", "12 server wire FIN,ACK 1 15 0"],
            [.. Later, "11 client wire FIN,ACK 14 1 0", "300 server wire FIN,ACK 1 15 0"]));

    [Fact]
    public void AFinInPlaceOfAResetIsCalledThat() => Assert.Equal(
        ["The server had reset its connection (9): the relay turns the RST into a FIN."],
        SentencesOf([.. Open, "11 server wire FIN,ACK 1 14 0"], [.. Later, "10 server wire RST,ACK 1 14 0"]));

    [Fact]
    public void WhatTheRelaysProgramReadsIsNotClaimed()
    {
        var socket = new EndOfStep(new LegEnd(Leg.RelayToServer, Side.Client), TcpState.FinWait2, "FIN-WAIT-2");
        Assert.EndsWith("is not observed.", StateSentences.InThisStep(socket), StringComparison.Ordinal);
        Assert.Null(StateSentences.InThisStep(socket with { End = new LegEnd(Leg.ClientToRelay, Side.Client) }));
        Assert.Null(StateSentences.InThisStep(socket with { State = TcpState.CloseWait }));
    }

    private static string[] Later => [.. Open.Select(e => $"{e[0] - '0' + 5}{e[1..]}")];

    // The sentences about the relay's FINs.
    private static string[] SentencesOf(string[] toRelay, string[] toServer) =>
        [.. Steps.Of(Diagram.Of(new RelayedRun(HandMadeRun.Read(toRelay) with { Leg = Leg.ClientToRelay },
                HandMadeRun.Read(toServer) with { Leg = Leg.RelayToServer })))
            .SelectMany(s => s.Explanation).Where(t => t.Contains("this FIN", StringComparison.Ordinal)
                || t.Contains("the relay ends", StringComparison.Ordinal)
                || t.Contains("the relay turns", StringComparison.Ordinal))];
}
