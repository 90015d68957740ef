using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using SideBySide.Running;

namespace TcpDemo.Tests.EchoServer.Hosting;

/// <summary>If few file descriptors are left, the server pauses accepting until some are free again.</summary>
[Trait("Tier", "Long")]
public sealed partial class AcceptingPausesWithoutDescriptorsTests
{
    [ConditionalFact(Needs.Linux, "bash")]
    public async Task WithALimitOf128DescriptorsAll300ClientsAreServedEventually()
    {
        using Process server = ConsoleProcess.StartProgram("bash",
            ["-c", $"ulimit -n 128; exec '{Programs.Ours("EchoServer")}' --port 0 --think 0"]);
        try
        {
            string listening = (await server.StandardOutput.ReadLineAsync().WithTimeout())!;
            var address = new IPEndPoint(IPAddress.Loopback,
                int.Parse(Port().Match(listening).Value, CultureInfo.InvariantCulture));
            Task<string> rest = server.StandardOutput.ReadToEndAsync();

            // No client sends anything, so no connection ends and frees its descriptor.
            Socket[] clients = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => Pair.ConnectAsync(address)));
            string descriptors = $"/proc/{server.Id}/fd";
            int last = 0;
            await Eventually.BecomesTrueAsync(() => last == (last = Directory.GetFileSystemEntries(descriptors).Length)
                && last > 70);
            Assert.InRange(last, 70, 128 - 20);

            // The server waits without spinning.
            TimeSpan before = ProcessMetrics.Of(server.Id).Cpu;
            long began = Stopwatch.GetTimestamp();
            await Task.Delay(500);
            double share = (ProcessMetrics.Of(server.Id).Cpu - before) / Stopwatch.GetElapsedTime(began);
            Assert.True(share < 0.5, $"{share:P0} of a core while paused");

            // Now all clients send, and all are served.
            string[] echoes = await Task.WhenAll(clients.Select(async (client, i) =>
            {
                await client.SendAsync($"client {i}");
                client.Shutdown(SocketShutdown.Send);
                return Encoding.ASCII.GetString(await client.ReadToEndAsync());
            }));
            Assert.Equal(Enumerable.Range(0, 300).Select(i => $"client {i}"), echoes);
            foreach (Socket client in clients) client.Dispose();

            Programs.Signal(server.Id, 15);
            await server.WaitForExitAsync().WithTimeout();
            Assert.Equal(0, server.ExitCode);
            string output = await rest.WithTimeout();
            Assert.Single(Regex.Matches(output,
                "accepting paused: .* limited by the file descriptors \\(ulimit -n 128\\)"));
            Assert.Single(Regex.Matches(output, "accepting resumed"));
        }
        finally
        {
            if (!server.HasExited) server.Kill();
        }
    }

    [GeneratedRegex(@"\d+$")]
    private static partial Regex Port();
}
