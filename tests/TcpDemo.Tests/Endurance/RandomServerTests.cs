using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SideBySide.Running;
using TcpClose.Scenarios;
using Xunit.Abstractions;

namespace TcpDemo.Tests.Endurance;

/// <summary>
/// EchoClient and PathCheck run against a server that sends random bytes and nearly valid answers. They do not hang,
/// exit with 0, 1 or 2, and print no control character.
/// </summary>
[Trait("Tier", "Long")]
public sealed class RandomServerTests(ITestOutputHelper output)
{
    private const int MaxLength = 4096, Seed = 2525;
    private static readonly TimeSpan Duration = EnduranceLevel.Of(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)),
        Hang = TimeSpan.FromMinutes(5);

    // All scenarios except two: in idle, the client waits without a limit, and refused needs no server.
    private static readonly string[] CommandLines =
        [.. ScenarioTable.All.Select(s => s.Name).Where(n => n is not ("idle" or "refused"))
            .Select(n => $"--scenario {n} --timeout 300ms --log-level debug"),
        "--timeout 300ms --log json", "--bytes 1MiB --timeout 300ms", "run --hold 0 --timeout 200ms",
        "run --hold 0,50ms --timeout 200ms --markdown", "run --hold 0 --timeout 200ms --json"];

    private static readonly string[] Answers =
        ["hello service", "TCPCLOSE/1 ", "TCPCLOSE/1 error: ", "PATHCHECK/1 info ", "PATHCHECK/1 report ",
            "PATHCHECK/1 byteless ", "PATHCHECK/1 fin id=", "HTTP/1.1 200 OK\r\n", "\n", "\r\n\r\n",
            "\e[31m\e]0;owned\a", "\u009b2J", "\0", "id=", "bytes=", "99999999999999999999 "];

    [EnduranceFact]
    public async Task TheClientsExitWithADocumentedExitCodeAndPrintNoControlCharacter()
    {
        using Socket listener = Pair.Listen();
        listener.Listen(512);
        Task serving = ServeAsync(listener, new Random(Seed));
        var random = new Random(Seed);
        var codes = new SortedDictionary<int, int>();
        double longest = 0;
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < Duration;)
        {
            long started = Stopwatch.GetTimestamp();
            int code = await RunAsync(CommandLines[random.Next(CommandLines.Length)],
                ((IPEndPoint)listener.LocalEndPoint!).Port);
            codes[code] = codes.GetValueOrDefault(code) + 1;
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        listener.Dispose();
        await serving.WithTimeout();
        output.Row(
            $"EchoClient and PathCheck run against a random server for {Duration.TotalSeconds} s, seed {Seed}",
            $"{codes.Values.Sum():N0} runs: "
                + $"{string.Join(", ", codes.Select(c => $"{c.Value:N0} with exit code {c.Key}"))}",
            $"the longest took {longest:0.0} s; no control character");
    }

    private static async Task<int> RunAsync(string commandLine, int port)
    {
        string[] words = commandLine.Split(' ');
        bool isPathCheck = words[0] == "run";
        string[] arguments = isPathCheck
            ? ["run", $"127.0.0.1:{port}", .. words[1..]]
            : ["--port", $"{port}", .. words];
        using Process client = ConsoleProcess.StartProgram(Programs.Ours(isPathCheck ? "PathCheck" : "EchoClient"),
            arguments);
        try
        {
            Task<WrittenText> written = WrittenText.ReadAsync(client.StandardOutput.BaseStream, "   at "),
                errors = WrittenText.ReadAsync(client.StandardError.BaseStream, "   at ");
            await client.WaitForExitAsync().WaitAsync(Hang);
            Assert.Equal((commandLine, ""), (commandLine,
                string.Join('\n', (await written.WithTimeout()).Bad.Concat((await errors.WithTimeout()).Bad))));
            Assert.True(client.ExitCode is 0 or 1 or 2, $"{commandLine}: exit code {client.ExitCode}");
            Assert.Equal((commandLine, client.ExitCode == 1 ? 1 : 0), (commandLine, (await errors).Lines));
            return client.ExitCode;
        }
        finally
        {
            if (!client.HasExited) client.Kill();
        }
    }

    private static async Task ServeAsync(Socket listener, Random random)
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                Socket accepted = await listener.AcceptAsync();
                served.Add(AnswerAsync(accepted, new Random(random.Next())));
                served.RemoveAll(s => s.IsCompletedSuccessfully);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private static async Task AnswerAsync(Socket socket, Random random)
    {
        using Socket accepted = socket;
        byte[] buffer = new byte[MaxLength];
        try
        {
            // Most answers follow the client's first bytes, and may repeat them.
            int received = random.Next(4) > 0
                ? await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(1))
                : 0;
            for (int parts = random.Next(6); parts > 0; parts--)
            {
                await socket.SendAsync(AnyBytes(random, buffer.AsSpan(0, received)));
                if (random.Next(4) == 0) await Task.Delay(random.Next(100));
            }

            int way = random.Next(4);
            if (way == 0) socket.Abort();
            else if (way == 1) socket.Shutdown(SocketShutdown.Send);
            if (way is 1 or 2) await Task.Delay(random.Next(1000));
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
        }
    }

    private static byte[] AnyBytes(Random random, ReadOnlySpan<byte> received)
    {
        switch (random.Next(4))
        {
            case 0:
                byte[] bytes = new byte[random.Next(1, MaxLength)];
                random.NextBytes(bytes);
                return bytes;
            case 1 when received.Length > 0:
                return received.ToArray();
            case 2 when received.Length > 0:
                byte[] nearly = received.ToArray();
                nearly[random.Next(nearly.Length)] ^= (byte)(1 << random.Next(8));
                return nearly;
            default:
                return Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 6))
                    .Select(_ => Answers[random.Next(Answers.Length)])));
        }
    }
}
