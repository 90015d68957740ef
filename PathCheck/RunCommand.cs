using System.CommandLine;
using PathCheck.Reporting;
using PathCheck.Running;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Output;
using TcpClose.Scenarios;

namespace PathCheck;

/// <summary>The command line of <c>PathCheck run</c>, the near end.</summary>
internal static class RunCommand
{
    private const int MaxHolds = 16;
    private const long MaxLate = 64L << 20;
    private static readonly PathCheckOptions Standard = new();

    public static Command Create(StopSignal stop)
    {
        var path = new Argument<string>("HOST:PORT")
        {
            Description = "Address at which the path listens, for example 127.0.0.1:9999 or [::1]:9999",
        };
        Option<IReadOnlyList<TimeSpan>?> hold = CommandLine.Parsed("--hold",
            "Silences to test on half-closed connections [default: 0,100ms,1s,5s]", "durations", ReadHolds,
            $"is not a list of at most {MaxHolds} durations, each of at most 10 minutes: write 0,0.1s,1s");
        Option<ByteSize> late =
            CommandLine.Bytes("--late", "Size of the data that is sent after the silence", 1, MaxLate, Standard.Late);
        Option<Duration> timeout = CommandLine.Time("--timeout",
            "Maximum wait for the connection, for each next byte, and for the end of stream",
            Standard.Timeout, zeroAllowed: false);
        var strict = new Option<bool>("--strict")
        {
            Description =
                "Also count as faults: a RST that does not arrive as a RST, a hang-up that the sender does not notice",
        };
        var json = new Option<bool>("--json") { Description = "Write the result as JSON" };
        var markdown = new Option<bool>("--markdown")
        {
            Description = "Write the result as Markdown, to paste into an issue",
        };
        Option<string?> expect = CommandLine.Parsed("--expect",
            "Compare with an earlier run that --json has written; exit code 2 only if the path is worse", "file",
            text => text.Length > 0 ? text : null, "is not a file: use a file name");
        Option<bool> stopWithInput = CommandLine.StopWithInput();

        var command = new Command("run",
            "Run as the near end: check whether the path to PathCheck serve preserves half-close. " +
            "Exit code 0: preserved. 1: could not be judged. 2: not preserved. 130: interrupted.")
        {
            path, hold, late, timeout, strict, expect, json, markdown, stopWithInput,
        };
        command.Validators.Add(given =>
        {
            if (given.GetResult(path) is { Tokens: [{ Value: var text }] } && HostAndPort.Parse(text) is null)
                given.AddError(HostAndPort.Explain(text));
            if (given.GetValue(json) && given.GetValue(markdown))
                given.AddError("--json and --markdown cannot be combined: use one of them");
        });
        command.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(stopWithInput)) stop.WatchStandardInput();
            (string host, int port) = HostAndPort.Parse(parsed.GetValue(path)!)!;
            return await RunAsync(new PathCheckOptions
            {
                Host = host,
                Port = port,
                Holds = parsed.GetValue(hold) ?? Standard.Holds,
                IsHoldGiven = parsed.GetValue(hold) is not null,
                Late = parsed.GetValue(late).Bytes,
                Timeout = parsed.GetValue(timeout).Span,
                Strict = parsed.GetValue(strict),
                Format = parsed.GetValue(json) ? ReportFormat.Json
                    : parsed.GetValue(markdown) ? ReportFormat.Markdown
                    : ReportFormat.Table,
            }, parsed.GetValue(expect) is { } file ? EarlierRun.Read(file) : null, stop.StopRequested);
        });
        return command;
    }

    private static async Task<int> RunAsync(PathCheckOptions options, EarlierRun? earlier, CancellationToken stop)
    {
        try
        {
            PathReport report;
            using (ProgressLine? line = ProgressLine.OnTerminal())
                report = await new PathCheckRunner(options, what => line?.Draw(what)).RunAsync(stop) with
                {
                    Earlier = earlier,
                };
            Console.Write(Report.Of(report));
            if (report.ExitCode == ExitCode.CouldNotRun) StandardError.WriteLine($"PathCheck: {report.Summary}");
            return report.ExitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    // In ascending order, without duplicates.
    private static IReadOnlyList<TimeSpan>? ReadHolds(string text)
    {
        var holds = new SortedSet<TimeSpan>();
        foreach (string word in text.Split(','))
        {
            if (!Duration.TryParse(word, out Duration one) || one.Span > RequestLine.MaxHold) return null;
            holds.Add(one.Span);
        }

        return holds.Count <= MaxHolds ? [.. holds] : null;
    }
}
