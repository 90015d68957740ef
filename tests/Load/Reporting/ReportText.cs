using System.Globalization;
using System.Text;

namespace Load.Reporting;

/// <summary>The report in words.</summary>
internal static class ReportText
{
    public static string Of(Report report)
    {
        var text = new StringBuilder();
        void Line(string what, string value) => text.AppendLine(CultureInfo.InvariantCulture, $"{what,-14}{value}");

        string atOnce = report.ConnectionsAtOnce < report.Connections
            ? $", {report.ConnectionsAtOnce:N0} of them at once at most,"
            : "";
        Line(report.Mode, $"{report.LifeCycles:N0} life cycles over {report.Connections:N0} connections{atOnce} "
            + $"in {report.Seconds:0.00} s, {report.LifeCyclesPerSecond:N0} a second");
        if (report.Messages is { } messages) Line("messages", $"{messages:N0}, {report.MessagesPerSecond:N0} a second");
        Line("bytes", $"{report.Bytes:N0} came back and were compared, {report.GigabytesPerSecond:0.000} GB a second");
        if (report.LatencyMicroseconds is { } time)
            Line("latency", $"p50 {time.P50:N0} us, p99 {time.P99:N0}, p99.9 {time.P999:N0}, max {time.Max:N0}");
        if (report.Held is { } held)
            Line("held",
                $"{held.Established:N0} established, {held.HalfClosed:N0} half-closed, {held.Ended:N0} ended by the "
                    + "server");
        Line("failures", report.Failures.Count == 0
            ? "none"
            : string.Join(", ", report.Failures.Select(f => $"{f.Value} {f.Key}")));
        if (report.Server is { } server)
        {
            if (server.CpuSeconds is null) Line("server's CPU", "unknown: the process has ended");
            else
                Line("server's CPU",
                    $"{server.CpuSeconds:0.000} "
                        + $"s{Each(server.CpuMicrosecondsPerLifeCycle, "us a life cycle")}"
                        + $"{Each(server.CpuMicrosecondsPerMessage, "us a message")}"
                        + $"{Each(server.CpuSecondsPerGigabyte, "s a GB")}");
            Line("its memory",
                $"{server.ResidentKiB:N0} KiB "
                    + $"resident{(server.ResidentKiBHeld is { } full ? $", {full:N0} while held" : "")}"
                    + $"{Each(server.KiBPerConnection, "KiB a connection held")}");
        }

        double own = report.Client.CpuSeconds;
        double done = report.Messages ?? report.LifeCycles;
        string share = report.Mode == LoadOptions.Throughput
            ? Each(own / (report.Bytes / 1e9), "s a GB")
            : Each(own * 1e6 / done, report.Messages is null ? "us a life cycle" : "us a message");
        Line("own CPU", $"{own:0.000} s{share}");
        return text.ToString().TrimEnd();
    }

    private static string Each(double? value, string unit) =>
        value is { } known && double.IsFinite(known)
            ? string.Create(CultureInfo.InvariantCulture, $", {known:0.00} {unit}")
            : "";
}
