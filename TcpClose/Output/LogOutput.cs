using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Json;
using TcpClose.Events;

namespace TcpClose.Output;

/// <summary>The logger of a console program, which writes to standard output.</summary>
public static class LogOutput
{
    /// <summary>Whether a person reads the events as they occur: text on a terminal.</summary>
    /// <param name="format">The format, as for <see cref="Create"/>.</param>
    public static bool IsReadByPerson(string format) => format == "text" && !Console.IsOutputRedirected;

    /// <summary>Creates the logger. The caller disposes it.</summary>
    /// <param name="side">The side of the events.</param>
    /// <param name="format">
    /// <c>text</c>: columns (<see cref="EventTextFormatter"/>). <c>json</c>: one object per line.
    /// </param>
    /// <param name="level">The minimum level: a Serilog level in lower case.</param>
    public static Logger Create(Side side, string format, string level)
    {
        ITextFormatter formatter = format == "json"
            ? new JsonFormatter(renderMessage: true)
            : EventTextFormatter.ForStandardOutput();
        BatchingStdout? batched = Console.IsOutputRedirected ? new BatchingStdout() : null;
        // On a terminal each event appears immediately, above any progress line.
        if (batched is not null) Console.SetOut(batched);
        else TerminalWriter.OfOutput();
        LogEventLevel lowest = Enum.Parse<LogEventLevel>(level, ignoreCase: true);
        Logger console = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Console(formatter).CreateLogger();
        void LogDropped(long dropped) => new CloseLog(console, side)
            .Note(LogEventLevel.Warning,
                $"{dropped} event{(dropped == 1 ? " was" : "s were")} dropped here: "
                + "standard output was not read in time");

        // A server that writes only warnings serves its connections on the event-loop threads, which must never wait
        // for the log.
        var queue = new BackgroundSink(console, mayWait: lowest < LogEventLevel.Warning, LogDropped,
            flush: () => batched?.FlushBatch());
        return new LoggerConfiguration().MinimumLevel.Is(lowest).WriteTo.Sink(queue).CreateLogger();
    }
}
