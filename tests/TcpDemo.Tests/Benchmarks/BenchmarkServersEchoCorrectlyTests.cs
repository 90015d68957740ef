using System.Net;
using System.Net.Sockets;
using Benchmarks.Candidates;
using Benchmarks.Running;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.Benchmarks;

/// <summary>
/// The servers that are compared with EchoServer echo to the end of stream, stop reading while the client does not
/// read, and lose no byte if the client half-closes.
/// </summary>
[Trait("Tier", "Long")]
public sealed class BenchmarkServersEchoCorrectlyTests
{
    /// <summary>Far more bytes than all kernel buffers of a connection hold.</summary>
    private const long MaxQueued = 256 * 1024 * 1024;

    [ConditionalTheory(Needs.Linux, "cc")]
    [InlineData("C, epoll, 16KiB")]
    [InlineData("C, epoll, 256KiB")]
    public Task TheServersInCEchoCorrectly(string name) => IsACorrectEchoAsync(name);

    [ConditionalTheory(Needs.Linux)]
    [InlineData("textbook")]
    [InlineData("textbook, inlined")]
    [InlineData("Kestrel")]
    [InlineData("EchoServer")]
    public Task TheServersInDotNetEchoCorrectly(string name) => IsACorrectEchoAsync(name);

    private static async Task IsACorrectEchoAsync(string name)
    {
        using var folder = new TemporaryFolder();
        string? c = name[0] == 'C' ? await Compiler.CompileAsync("echo", folder / "", CancellationToken.None) : null;
        Candidate candidate = CandidateTable.Create(CandidateTable.Ids, c).Single(one => one.Name == name);
        await using Server server = await Server.StartAsync(candidate.Command, CancellationToken.None).WithTimeout();

        await EchoesBeforeAndBehindTheFinAsync(server.Port);
        await HoldsBackAsync(server.Port);
        await OutlivesAResetAsync(server.Port);
    }

    // A message is echoed before the client half-closes. Bytes directly before the FIN are echoed, too.
    private static async Task EchoesBeforeAndBehindTheFinAsync(int port)
    {
        using Socket client = await ConnectAsync(port);
        await client.SendAsync("hello service");
        Assert.Equal("hello service", await client.ReceiveAsync());
        byte[] sent = new byte[64 * 1024];
        TestPattern.Fill(sent, 0);
        Assert.Equal(sent.Length, await client.SendAsync(sent).WithTimeout());
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, await client.ReadToEndAsync());
    }

    // The client sends without reading until the kernel accepts no more, half-closes, and only then reads.
    private static async Task HoldsBackAsync(int port)
    {
        using Socket client = await ConnectAsync(port);
        long queued = await FillAsync(client);
        Assert.True(queued > 1024 * 1024);
        client.Shutdown(SocketShutdown.Send);

        byte[] echo = await client.ReadToEndAsync(), expected = new byte[queued];
        TestPattern.Fill(expected, 0);
        Assert.True(expected.AsSpan().SequenceEqual(echo),
            $"{echo.Length} of {queued} bytes came back, or some are altered");
    }

    private static async Task OutlivesAResetAsync(int port)
    {
        Socket aborted = await ConnectAsync(port);
        await FillAsync(aborted);
        aborted.Abort();

        using Socket next = await ConnectAsync(port);
        await next.SendAsync("next");
        next.Shutdown(SocketShutdown.Send);
        Assert.Equal("next", Encoding.ASCII.GetString(await next.ReadToEndAsync()));
    }

    // Sends the pattern until the kernel has repeatedly accepted nothing.
    private static async Task<long> FillAsync(Socket socket)
    {
        byte[] block = new byte[64 * 1024];
        long sent = 0, last = -1;
        int same = 0;
        socket.Blocking = false;
        await Eventually.BecomesTrueAsync(() =>
        {
            for (SocketError error = SocketError.Success; error == SocketError.Success;)
            {
                Assert.True(sent < MaxQueued, $"{sent} bytes were accepted, although nothing is read");
                TestPattern.Fill(block, sent);
                sent += socket.Send(block, SocketFlags.None, out error);
            }

            same = sent == last ? same + 1 : 0;
            last = sent;
            return same > 50;
        });
        return sent;
    }

    private static Task<Socket> ConnectAsync(int port) => Pair.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
}
