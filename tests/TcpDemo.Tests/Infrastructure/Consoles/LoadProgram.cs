using System.Net;
using System.Text.Json;
using SideBySide.Tools;

namespace TcpDemo.Tests.Infrastructure.Consoles;

/// <summary>Runs the load generator as a process and parses its report.</summary>
public static class LoadProgram
{
    /// <summary>The exit code, the report of <c>--json</c>, and standard error.</summary>
    public sealed record Result(int ExitCode, JsonElement Report, string Errors)
    {
        public long LifeCycles => Report.GetProperty("lifeCycles").GetInt64();

        public long Bytes => Report.GetProperty("bytes").GetInt64();

        /// <summary>The failures with their numbers, sorted: <c>1 altered, 2 short</c>.</summary>
        public string Failures => string.Join(", ",
            Report.GetProperty("failures").EnumerateObject().Select(f => $"{f.Value} {f.Name}").Order());

        /// <summary>
        /// In idle mode, the numbers of connections that were established, half-closed by the load generator, and ended
        /// by the server.
        /// </summary>
        public (int Established, int HalfClosed, int Ended) Held => (OfHeld("established"), OfHeld("halfClosed"),
            OfHeld("ended"));

        private int OfHeld(string name) => Report.GetProperty("held").GetProperty(name).GetInt32();
    }

    public static Task<Result> RunAsync(EndPoint server, string arguments) =>
        RunAsync(((IPEndPoint)server).Port, arguments);

    /// <summary>Runs it until it exits.</summary>
    public static async Task<Result> RunAsync(int port, string arguments, NetworkNamespace? inside = null)
    {
        Programs.Result ran = await Programs.RunAsync(Programs.Ours("Load"),
            ["--port", $"{port}", "--json", .. arguments.Split(' ')], inside: inside);
        return new Result(ran.ExitCode,
            ran.Output == "" ? default : JsonSerializer.Deserialize<JsonElement>(ran.Output), ran.Errors.Trim());
    }
}
