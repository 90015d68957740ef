using System.Globalization;
using System.Text;

namespace Load.Reporting;

/// <summary>Formats a report as text.</summary>
internal static class ReportText
{
    public static string Of(Report report)
    {
        var text = new StringBuilder();
        void Line(string what, string value) => text.AppendLine(CultureInfo.InvariantCulture, $"{what,-14}{value}");

        string fewer = report.ConnectionsAtOnce < report.Connections
            ? $", at most {report.ConnectionsAtOnce:N0} of them concurrently,"
            : "";
        Line(report.Mode, $"{Number(report.LifeCycles, "life cycle")} over {Number(report.Connections, "connection")}"
            + $"{fewer} in {report.Seconds:0.00} s, {report.LifeCyclesPerSecond:N0} per second");
        if (report.Messages is { } messages)
            Line("messages", $"{messages:N0}, {report.MessagesPerSecond:N0} per second");
        Line("bytes", $"{report.Bytes:N0} received and compared, {report.GigabytesPerSecond:0.000} GB per second");
        if (report.LatencyMicroseconds is { } time)
            Line("latency", $"p50 {time.P50:N0} us, p99 {time.P99:N0}, p99.9 {time.P999:N0}, max {time.Max:N0}");
        if (report.Held is { } held)
            Line("held",
                $"{held.Established:N0} established, {held.HalfClosed:N0} half-closed, "
                    + $"{held.Ended:N0} ended by the server");
        Line("failures", report.Failures.Count == 0
            ? "none"
            : string.Join(", ", report.Failures.Select(f => $"{f.Value} {f.Key}")));
        if (report.Server is { } server)
        {
            if (server.CpuSeconds is null) Line("server CPU", "unknown: the process has ended");
            else
                Line("server CPU",
                    $"{server.CpuSeconds:0.000} s"
                        + Each(server.CpuMicrosecondsPerLifeCycle, "us per life cycle")
                        + Each(server.CpuMicrosecondsPerMessage, "us per message")
                        + Each(server.CpuSecondsPerGigabyte, "s per GB"));
            Line("server memory",
                $"{server.ResidentKiB:N0} KiB resident"
                    + (server.ResidentKiBHeld is { } full ? $", {full:N0} while held" : "")
                    + Each(server.KiBPerConnection, "KiB per held connection"));
        }

        double own = report.Client.CpuSeconds;
        double done = report.Messages ?? report.LifeCycles;
        string share = report.Mode == LoadOptions.Throughput
            ? Each(own / (report.Bytes / 1e9), "s per GB")
            : Each(own * 1e6 / done, report.Messages is null ? "us per life cycle" : "us per message");
        Line("own CPU", $"{own:0.000} s{share}");
        return text.ToString().TrimEnd();
    }

    private static string Number(long count, string noun) => $"{count:N0} {noun}{(count == 1 ? "" : "s")}";

    private static string Each(double? value, string unit) =>
        value is { } known && double.IsFinite(known)
            ? string.Create(CultureInfo.InvariantCulture, $", {known:0.00} {unit}")
            : "";
}
