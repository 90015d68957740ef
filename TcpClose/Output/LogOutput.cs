using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Json;
using TcpClose.Events;

namespace TcpClose.Output;

/// <summary>The logger of a console: its events go to standard output, and nothing else goes there.</summary>
public static class LogOutput
{
    /// <summary>Makes the logger; dispose it at the end.</summary>
    /// <param name="side">Whose events they are.</param>
    /// <param name="format"><c>text</c>: columns for people, <see cref="EventTextFormatter"/>. <c>json</c>: an object a
    /// line, in the shape of Serilog's <see cref="JsonFormatter"/>.</param>
    /// <param name="level">A Serilog level in lower case.</param>
    public static Logger Create(Side side, string format, string level)
    {
        ITextFormatter formatter = format == "json" ? new JsonFormatter(renderMessage: true) : EventTextFormatter.ForStandardOutput();
        BatchingStdout? batched = Console.IsOutputRedirected ? new BatchingStdout() : null;
        if (batched is not null) Console.SetOut(batched);    // on a terminal each event is seen at once
        LogEventLevel lowest = Enum.Parse<LogEventLevel>(level, ignoreCase: true);
        Logger console = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Console(formatter).CreateLogger();
        void SayDropped(long dropped) => new CloseLog(console, side)
            .Note(LogEventLevel.Warning, $"{dropped} event{(dropped == 1 ? " was" : "s were")} dropped here: standard output was not read in time");

        // Where only trouble is written, a server's connections are served on a thread that waits for sockets: that
        // never waits for the log.
        var queue = new BackgroundSink(console, mayWait: lowest < LogEventLevel.Warning, SayDropped, flush: () => batched?.FlushBatch());
        return new LoggerConfiguration().MinimumLevel.Is(lowest).WriteTo.Sink(queue).CreateLogger();
    }
}
