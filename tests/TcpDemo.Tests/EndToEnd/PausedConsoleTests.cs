using System.Net.Sockets;

namespace TcpDemo.Tests.EndToEnd;

/// <summary>
/// A console that was stopped (Ctrl+Z, docker pause, a suspended laptop) first reads what has arrived, and only then
/// applies its time-out.
/// </summary>
[Collection(nameof(NonParallel))]
[Trait("Tier", "Long")]
public sealed class PausedConsoleTests
{
    private const int Stop = 19, Continue = 18;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4);

    [ConditionalFact(Needs.Linux, "kill")]
    public async Task TheServerServesEveryClientThatSentWhileItWasStopped()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null, "--think", "0", "--idle-timeout", "2s",
            "--log-level", "warning");
        Socket[] clients = await Task.WhenAll(Enumerable.Range(0, 500)
            .Select(_ => Pair.ConnectAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, server.Port))));
        Programs.Signal(server.Id, Stop);
        foreach (Socket client in clients)
        {
            await client.SendAsync("hello");
            client.Shutdown(SocketShutdown.Send);
        }

        await Task.Delay(Pause);
        Programs.Signal(server.Id, Continue);
        string[] echoes =
            await Task.WhenAll(clients.Select(async c => Encoding.ASCII.GetString(await c.ReadToEndAsync())));
        Assert.All(echoes, echo => Assert.Equal("hello", echo));
        foreach (Socket client in clients) client.Dispose();
    }

    [ConditionalFact(Needs.Linux, "kill")]
    public async Task TheClientReadsTheEchoThatArrivedWhileItWasStopped()
    {
        for (int i = 0; i < 3; i++)
        {
            using Socket listener = Pair.Listen();
            await using var client = new ClientConsole(((System.Net.IPEndPoint)listener.LocalEndPoint!).Port, null,
                "--timeout", "2s");
            using Socket accepted = await listener.AcceptAsync().WithTimeout();
            await accepted.ReadToEndAsync();
            Programs.Signal(client.Id, Stop);
            await accepted.SendAsync("hello service");
            accepted.Shutdown(SocketShutdown.Send);
            await Task.Delay(Pause);
            Programs.Signal(client.Id, Continue);
            ClientConsole.Result end = await client.EndAsync();
            Assert.Equal((0, "closed normally: 13 of 13 bytes, 13 after our FIN"), (end.ExitCode, end.Verdict));
        }
    }
}
