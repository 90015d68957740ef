using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using PathCheck;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Kernel;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.PathCheck.NearEnd;

/// <summary>
/// If the kernel gives up on a connection, the path has not reset it. It counts as a connection without an observed
/// end.
/// </summary>
[Trait("Tier", "Long")]
public sealed class KernelGivesUpTests
{
    private static readonly byte[] MuchData = new byte[16 * 1024 * 1024];

    [Theory]
    [InlineData(SocketError.ConnectionReset, StreamEnd.Reset)]
    [InlineData(SocketError.Shutdown, StreamEnd.Reset)]
    [InlineData(SocketError.TimedOut, StreamEnd.Nothing)]
    [InlineData(SocketError.HostUnreachable, StreamEnd.Nothing)]
    public async Task OnlyAResetErrorIsRecordedAsAReset(SocketError error, object expected)
    {
        using Pair pair = await Pair.ConnectAsync();
        var end = new LocalClose(pair.Client);
        end.OnReceiveFailed(new SocketException((int)error));
        Assert.Equal((expected, expected is StreamEnd.Reset), (end.Kind, end.ResetAfter is not null));
    }

    [Theory]
    [InlineData(SocketError.ConnectionReset, StreamEnd.Reset)]
    [InlineData(SocketError.TimedOut, StreamEnd.Nothing)]
    public async Task AfterAFailedSendAnEndOfStreamIsNotAFin(SocketError error, object expected)
    {
        using Pair pair = await Pair.ConnectAsync();
        var end = new LocalClose(pair.Client);
        end.OnSendFailed(new SocketException((int)error));
        end.OnFin();
        Assert.Equal(expected, end.Kind);
    }

    [ConditionalFact]
    public async Task ATimeoutOfTheKernelIsNotRecordedAsAReset()
    {
        using Pair pair = await Pair.ConnectAsync();
        SetUserTimeout(pair.Client);
        var end = new LocalClose(pair.Client);

        // The peer does not read. After the time-out the kernel ends the connection, and the next Send fails with
        // EPIPE, which would look like a reset.
        pair.Client.Blocking = false;
        Assert.InRange(pair.Client.Send(MuchData), 1, MuchData.Length - 1);
        await BecomesClosedAsync(pair.Client);
        end.CheckPending();
        SocketException later = Assert.Throws<SocketException>(() => pair.Client.Send(MuchData));
        Assert.True(SocketErrors.IsReset(later));
        end.OnSendFailed(later);
        Assert.Null(end.ResetAfter);
    }

    [ConditionalFact]
    public async Task AResetThatNoCallHasReportedIsRecorded()
    {
        using Pair pair = await Pair.ConnectAsync();
        var end = new LocalClose(pair.Client);
        end.CheckPending();
        Assert.Null(end.ResetAfter);
        pair.Server.Abort();
        await BecomesClosedAsync(pair.Client);
        end.CheckPending();
        Assert.NotNull(end.ResetAfter);
    }

    [ConditionalFact]
    public async Task ATransferThatTheKernelGivesUpOnIsStalledAndNotReset()
    {
        using Socket listener = Pair.Listen();
        var options = new PathCheckOptions
        {
            Port = ((IPEndPoint)listener.LocalEndPoint!).Port,
            Timeout = 10 * Eventually.Limit,
        };
        using Probe probe = await Probe.OpenAsync(
            new FarEndClient(options, CancellationToken.None), new PathRequest("end-of-stream"));
        using Socket silent = await listener.AcceptAsync().WithTimeout();
        SetUserTimeout(probe.Socket);
        await probe.SendAsync(Payload.Generated(MuchData.Length)).WithTimeout();
        await probe.ReadToEndAsync().WithTimeout();
        Assert.Equal((true, StreamEnd.Nothing, null), (probe.HasStalled, probe.End.Kind, probe.End.ResetAfter));
    }

    private static Task BecomesClosedAsync(Socket socket) =>
        Eventually.BecomesTrueAsync(() => SocketState.Read(socket) == TcpState.Closed);

    // Makes the kernel give up if the peer accepts no data for 300 ms, even if it sends ACKs.
    private static void SetUserTimeout(Socket socket)
    {
        const int IpProtoTcp = 6, TcpUserTimeout = 18, Milliseconds = 300;      // include/uapi/linux/tcp.h
        socket.SetRawSocketOption(IpProtoTcp, TcpUserTimeout, BitConverter.GetBytes(Milliseconds));
    }
}
