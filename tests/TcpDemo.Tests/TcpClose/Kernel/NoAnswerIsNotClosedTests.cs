using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose.Kernel;

namespace TcpDemo.Tests.TcpClose.Kernel;

/// <summary>A connection does not count as closed if the kernel cannot report its state.</summary>
public sealed class NoAnswerIsNotClosedTests
{
    private const ProtocolType NotReported = (ProtocolType)200;

    private static readonly IPEndPoint Local = new(IPAddress.Loopback, 1), Remote = new(IPAddress.Loopback, 2);

    [ConditionalFact(Needs.Linux)]
    public void AConnectionThatTheKernelDoesNotHoldIsClosed()
    {
        Assert.Equal(TcpState.Closed, SockDiag.Find(Local, Remote)?.State);
        Assert.Equal(TcpState.Closed,
            SockDiag.Find(new IPEndPoint(IPAddress.IPv6Loopback, 1), new IPEndPoint(IPAddress.IPv6Loopback, 2))?.State);
    }

    [ConditionalFact(Needs.Linux)]
    public void WithoutTheKernelsModuleForTheProtocolTheStateIsUnknown()
    {
        // The kernel answers ENOENT, as for a connection that does not exist.
        Assert.Null(SockDiag.Find(Local, Remote, NotReported));
        Assert.Equal(TcpState.Closed, SockDiag.Find(Local, Remote)?.State);
    }

    [ConditionalFact(Needs.Linux)]
    public void AListenerOnThePortIsNotTheConnection()
    {
        using Socket listener = Pair.Listen();
        Assert.Equal(TcpState.Closed, SockDiag.Find((IPEndPoint)listener.LocalEndPoint!, Remote)?.State);
    }

    [Fact]
    public void IfTheTableCannotBeReadTheStateIsUnknown()
    {
        Assert.Null(KernelConnectionTable.FindInTable(Local, Remote, () => throw new NetworkInformationException()));
        Assert.Null(KernelConnectionTable.FindInTable(Local, Remote, () => throw new PlatformNotSupportedException()));
        Assert.Equal(TcpState.Closed, KernelConnectionTable.FindInTable(Local, Remote, () => [])?.State);
    }

    [Theory]
    [InlineData(TcpState.Unknown, null)]
    [InlineData(TcpState.TimeWait, TcpState.TimeWait)]
    public void AStateIsUnknownIfTheTableReportsItAsUnknown(TcpState listed, TcpState? found) =>
        Assert.Equal(found, KernelConnectionTable.FindInTable(Local, Remote, () => [new Row(listed)])?.State);

    private sealed class Row(TcpState state) : TcpConnectionInformation
    {
        public override IPEndPoint LocalEndPoint => Local;

        public override IPEndPoint RemoteEndPoint => Remote;

        public override TcpState State => state;
    }
}
