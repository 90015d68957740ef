using System.CommandLine;
using System.CommandLine.Parsing;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Output;
using TcpClose.Scenarios;

namespace EchoClient.Verdict;

/// <summary>The command line of <c>EchoClient verdict</c>.</summary>
internal static class VerdictCommand
{
    private const int MaxHolds = 16;
    private const long MaxLate = 64L << 20;
    private static readonly PathCheckOptions Standard = new();

    public static Command Create(StopSignal stop)
    {
        Option<string> host = CommandLine.Host("The name or IP address of the near end of the path");
        Option<int> port = CommandLine.Port("--port", "Its port", 1, Standard.Port);
        Option<IReadOnlyList<TimeSpan>?> hold = CommandLine.Parsed("--hold", "How long the half-closed connections are silent [default: 0,100ms,1s,5s]", "durations",
            Holds, $"is no list of up to {MaxHolds} durations of at most 10 minutes: write 0,0.1s,1s");
        Option<ByteSize> late = CommandLine.Bytes("--late", "How much is then sent", 1, MaxLate, Standard.Late);
        Option<Duration> timeout = CommandLine.Time("--timeout", "The longest wait for the connection, for each next byte, and for an end", Standard.Timeout, zeroAllowed: false);
        var strict = new Option<bool>("--strict") { Description = "A reset that arrives as a normal end is a fault, too" };
        var json = new Option<bool>("--json") { Description = "The result as JSON" };
        var markdown = new Option<bool>("--markdown") { Description = "The result as a report to paste into somebody's issue" };
        Option<bool> stopWithInput = CommandLine.StopWithInput();

        var command = new Command("verdict",
            "Does the path to an EchoServer preserve half-close? Exit code 0: it does. 2: it does not. 1: could not be judged.")
        { host, port, hold, late, timeout, strict, json, markdown, stopWithInput };
        command.Validators.Add(given =>
        {
            // Those of the plain client have no meaning here; without this they would be silently ignored.
            foreach (OptionResult before in (given.Parent as CommandResult)?.Children.OfType<OptionResult>() ?? [])
                if (!before.Implicit) given.AddError($"{before.Option.Name} stands before verdict: give verdict first, and its options behind it");
            if (given.GetValue(json) && given.GetValue(markdown)) given.AddError("--json or --markdown: give one of them");
        });
        command.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(stopWithInput)) stop.WatchStandardInput();
            return await RunAsync(new PathCheckOptions
            {
                Host = parsed.GetValue(host)!,
                Port = parsed.GetValue(port),
                Holds = parsed.GetValue(hold) ?? Standard.Holds,
                Late = parsed.GetValue(late).Bytes,
                Timeout = parsed.GetValue(timeout).Span,
                Strict = parsed.GetValue(strict),
                Form = parsed.GetValue(json) ? "json" : parsed.GetValue(markdown) ? "markdown" : "table",
            }, stop.StopRequested);
        });
        return command;
    }

    private static async Task<int> RunAsync(PathCheckOptions options, CancellationToken stop)
    {
        try
        {
            PathReport result;
            using (ProgressLine? bar = ProgressLine.OnTerminal())
                result = await new PathCheckRunner(options, what => bar?.Draw("checking:", null, what)).RunAsync(stop);
            Console.Write(Report.Of(result));
            return result.ExitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    // Ascending, each once.
    private static IReadOnlyList<TimeSpan>? Holds(string text)
    {
        var holds = new SortedSet<TimeSpan>();
        foreach (string word in text.Split(','))
        {
            if (!Duration.TryParse(word, out Duration one) || one.Span > ScenarioRequest.MaxHold) return null;
            holds.Add(one.Span);
        }

        return holds.Count <= MaxHolds ? [.. holds] : null;
    }
}
