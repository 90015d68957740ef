using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace TcpDemo.Tests.TcpClose.Sockets;

/// <summary>
/// The kernel reports a RST to one call only. Later calls must not report an end of stream or a normal close.
/// </summary>
public sealed class ResetReportedToOneCallTests
{
    [ConditionalFact]
    public async Task AResetThatAPendingSendHasNotReportedYetIsNotAnEndOfStream()
    {
        using Pair pair = await Pair.ConnectAsync();
        var log = new CollectingSink();
        ObservedSocket socket = pair.ObserveServer(log.Logger);
        var held = new HeldContinuations();
        Task send = await ResetSendAsync(pair, socket, held);
        await Assert.ThrowsAsync<ConnectionEndedException>(() => socket.ReceiveAsync().WithTimeout());
        held.Release();
        await Assert.ThrowsAsync<ConnectionEndedException>(() => send.WithTimeout());
        Assert.Equal(ConnectionEndKind.Reset, socket.Complete().Kind);
        Assert.DoesNotContain("FinRead", log.Phases);
    }

    [ConditionalFact]
    public async Task AnAbortAfterAResetThatAPendingSendHasNotReportedYetIsNotANormalClose()
    {
        using Pair pair = await Pair.ConnectAsync();
        ObservedSocket socket = pair.ObserveServer(new CollectingSink().Logger);
        var held = new HeldContinuations();
        Task send = await ResetSendAsync(pair, socket, held);
        socket.Abort("stopped");
        held.Release();
        await Assert.ThrowsAsync<ConnectionEndedException>(() => send.WithTimeout());
        Assert.NotEqual(ConnectionEndKind.Closed, socket.Complete().Kind);
    }

    [ConditionalFact]
    public async Task AResetAfterThePeersFinWhileOursIsStillQueuedIsNotAnEndOfStream()
    {
        using Pair pair = await Pair.ConnectAsync();
        var log = new CollectingSink();
        ObservedSocket socket = pair.ObserveServer(log.Logger);

        // Our FIN is queued after bytes that the client never reads. The client sends its FIN, and then a RST, because
        // it closes with unread bytes.
        pair.Server.Fill();
        socket.Shutdown(SocketShutdown.Send);
        pair.Client.Shutdown(SocketShutdown.Send);
        await Eventually.BecomesTrueAsync(() => SocketState.Read(pair.Server) == TcpState.Closing);
        pair.Client.Dispose();
        await Eventually.BecomesTrueAsync(() => SocketState.Read(pair.Server) == TcpState.Closed);
        await Assert.ThrowsAsync<ConnectionEndedException>(() => socket.ReceiveAsync().WithTimeout());
        Assert.Equal(ConnectionEndKind.Reset, socket.Complete().Kind);
        Assert.Equal(["Accepted", "FinQueued", "ResetReceived", "SocketClosed"], log.Phases);
    }

    // Resets the connection. The kernel reports the RST to a Send, which has not returned yet.
    private static async Task<Task> ResetSendAsync(Pair pair, ObservedSocket socket, HeldContinuations held)
    {
        pair.Server.Fill();
        Task send = held.Run(async () => await socket.SendAsync(new byte[64 * 1024 * 1024]));
        pair.Client.Abort();
        await Eventually.BecomesTrueAsync(() => held.AnyWaits && SocketState.Read(pair.Server) == TcpState.Closed);
        return send;
    }
}
