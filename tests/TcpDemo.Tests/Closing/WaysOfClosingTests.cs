using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Kernel;

namespace TcpDemo.Tests.Closing;

/// <summary>
/// What each way of closing a .NET socket puts on the wire, and what the peer's Receive returns. The rows are those of
/// the table in docs/closes.md, and are valid for Linux.
/// </summary>
[Collection(nameof(NonParallel))]
public sealed class WaysOfClosingTests
{
    private sealed record Way(string Call, string Wire, string Reason, string Peer, Func<Pair, Task> Close);

    private static readonly Way[] Ways =
    [
        new("`Dispose`, nothing pending or unread", "FIN", "", "0", Do(c => c.Dispose())),
        new("`Dispose` while a `ReceiveAsync` is pending", "RST", "TCP_STATE", "ConnectionReset",
            Pending(c => c.Dispose())),
        new("`Shutdown(Send)`, `Dispose` while a `ReceiveAsync` is pending", "FIN", "", "0",
            Pending(c => { c.Shutdown(SocketShutdown.Send); c.Dispose(); })),
        new("`Shutdown(Both)`, `Dispose` while a `ReceiveAsync` is pending", "FIN", "", "0",
            Pending(c => { c.Shutdown(SocketShutdown.Both); c.Dispose(); })),
        new("`ReceiveAsync` cancelled by its token, `Dispose`", "FIN", "", "0", CancelledAsync),
        new("`Dispose` with unread data", "RST", "TCP_ABORT_ON_CLOSE", "ConnectionReset", Unread(c => c.Dispose())),
        new("`Shutdown(Send)`, `Dispose` with unread data", "FIN, RST", "TCP_ABORT_ON_CLOSE", "0",
            Unread(c => { c.Shutdown(SocketShutdown.Send); c.Dispose(); })),
        new("`LingerState = (true, 0)`, `Dispose`", "RST", "TCP_STATE", "ConnectionReset",
            Do(c => { c.LingerState = new(true, 0); c.Dispose(); })),
        new("`Close(0)`", "RST", "TCP_STATE", "ConnectionReset", Do(c => c.Close(0))),
        new("`LingerState = (true, 0)`, `Shutdown(Send)`, `Dispose`", "FIN, RST", "TCP_STATE", "0",
            Do(c => { c.LingerState = new(true, 0); c.Shutdown(SocketShutdown.Send); c.Dispose(); })),
        new("`SafeHandle.Dispose`", "RST", "TCP_STATE", "ConnectionReset", Do(c => c.SafeHandle.Dispose())),
        new("`Shutdown(Receive)`", "nothing", "", "(waits)", Do(c => c.Shutdown(SocketShutdown.Receive))),
    ];

    [ConditionalFact(Needs.PacketCapture)]
    public async Task EachWayOfClosingPutsOnTheWireWhatTheTableLists()
    {
        using Socket listener = Pair.Listen();
        await using PacketCapture capture = await PacketCapture.StartAsync(((IPEndPoint)listener.LocalEndPoint!).Port);
        var ports = new List<int>();
        foreach (Way way in Ways)
        {
            using Pair pair = await Pair.ConnectAsync(listener);
            ports.Add(((IPEndPoint)pair.Client.LocalEndPoint!).Port);
            await way.Close(pair);
            Assert.Equal((way.Call, way.Peer), (way.Call, await PeerAsync(pair, way.Peer)));

            // Wait until the client's RST has arrived. Then the Abort below sends no RST.
            if (way.Wire.EndsWith("RST", StringComparison.Ordinal))
                await Eventually.BecomesTrueAsync(() => SocketState.Read(pair.Server) == TcpState.Closed);

            // If the client has sent no RST, the server's RST is the last segment.
            pair.Server.Abort();
        }

        // Parts of the capture arrive late, so the test waits once for all connections.
        string[] wires = [];
        await capture.WaitForAsync(all =>
        {
            IReadOnlyList<string>[] summaries =
                [.. ports.Select(port => WireSummary.Of(all.Where(s => s.FromPort == port || s.ToPort == port), port))];
            wires = [.. summaries.Select(one => string.Join(", ",
                one.Where(s => s is "client FIN" or "client RST").Select(s => s[7..])))];
            return Ways.Select((way, i) => way.Wire.EndsWith("RST", StringComparison.Ordinal)
                ? wires[i] == way.Wire
                : summaries[i].Contains("server RST")).All(complete => complete);
        }, Eventually.Limit);
        Assert.Equal(Ways.Select(w => (w.Call, w.Wire)),
            Ways.Select((w, i) => (w.Call, wires[i] == "" ? "nothing" : wires[i])));
    }

    [ConditionalFact(Needs.KernelTrace)]
    public async Task TheKernelReportsTheReasonForEachReset()
    {
        using Socket listener = Pair.Listen();
        using SegmentTrace trace = SegmentTrace.Start(((IPEndPoint)listener.LocalEndPoint!).Port);
        var reasons = new List<(string Call, string Reason)>();
        foreach (Way way in Ways)
        {
            using Pair pair = await Pair.ConnectAsync(listener);
            int port = ((IPEndPoint)pair.Client.LocalEndPoint!).Port;
            await way.Close(pair);
            if (way.Wire.EndsWith("RST", StringComparison.Ordinal))
                await Eventually.BecomesTrueAsync(() => Reasons().Any());
            reasons.Add((way.Call, string.Join(", ", Reasons())));
            pair.Server.Abort();

            IEnumerable<string> Reasons() => trace.Read()
                .Where(s => s.Event == KernelSegmentEvent.ResetSent && s.FromPort == port).Select(s => s.Reason!);
        }

        Assert.Equal(Ways.Select(w => (w.Call, w.Reason)), reasons);
    }

    [Fact]
    public void TheDocumentHasTheSameTable() =>
        Assert.Contains(
            string.Concat(Ways.Select(w => $"| {w.Call} | {w.Wire} | {Code(w.Reason)} | {InWords(w.Peer)} |\n")),
            Repository.Closes, StringComparison.Ordinal);

    private static string Code(string reason) => reason == "" ? "" : $"`{reason}`";

    private static string InWords(string peer) => peer switch
    {
        "0" => "returns 0 (end of stream)",
        "(waits)" => "keeps waiting",
        _ => $"throws {peer}",
    };

    private static async Task<string> PeerAsync(Pair pair, string expected)
    {
        Task<int> receive = pair.Server.ReceiveAsync(new byte[16]);
        try
        {
            // If the client had sent a FIN or a RST, it would arrive before the data that the client sends now.
            if (expected == "(waits)") return await AnswersAsync(pair.Client, receive) ? expected : "returned";
            return $"{await receive.WithTimeout()}";
        }
        catch (SocketException e)
        {
            return $"{e.SocketErrorCode}";
        }
    }

    private static async Task<bool> AnswersAsync(Socket closed, Task<int> peersReceive)
    {
        if (peersReceive.IsCompleted) return false;
        await closed.SendAsync("x");
        return await peersReceive.WithTimeout() == 1;
    }

    private static Func<Pair, Task> Do(Action<Socket> close) => pair =>
    {
        close(pair.Client);
        return Task.CompletedTask;
    };

    private static Func<Pair, Task> Pending(Action<Socket> close) => async pair =>
    {
        Task<int> pending = pair.Client.ReceiveAsync(new byte[16]);
        close(pair.Client);
        await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    };

    private static Func<Pair, Task> Unread(Action<Socket> close) => async pair =>
    {
        await pair.Server.SendAsync("never read");
        await Eventually.BecomesTrueAsync(() => pair.Client.Available > 0);
        close(pair.Client);
    };

    private static async Task CancelledAsync(Pair pair)
    {
        using var cancel = new CancellationTokenSource();
        ValueTask<int> pending = pair.Client.ReceiveAsync(new byte[16].AsMemory(), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pending);
        pair.Client.Dispose();
    }
}
