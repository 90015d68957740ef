using PathCheck.Relaying;
using TcpClose.Events;

namespace PathCheck.Faults;

/// <summary>The faults by their names, as the command line spells them.</summary>
internal static class FaultTable
{
    private static readonly TimeSpan MaxTime = TimeSpan.FromHours(1);
    private const long MaxTail = 1 << 20, MaxCount = ByteSize.MaxBytes;

    /// <summary>A fault of the table.</summary>
    /// <param name="Syntax">Its name, with its parameter: <c>cut-after:T</c>.</param>
    /// <param name="Description">What it does, for the help.</param>
    /// <param name="Read">
    /// Reads the parameter (null if none is given). Returns a function that creates the fault; null if the parameter is
    /// wrong.
    /// </param>
    public sealed record Row(string Syntax, string Description, Func<string?, Func<Fault>?> Read)
    {
        public string Name => Syntax.Split(':')[0];
    }

    /// <summary>All faults.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new("none", "forward everything", Plain(() => new Fault())),
        new("full-close", "close both directions at the first FIN", Plain(() => new FullClose())),
        new("swallow-fin", "do not forward a FIN", Plain(() => new SwallowFin())),
        new("delay-fin:T", "delay each FIN by T", Timed(t => new DelayFin(t))),
        new("fin-to-reset", "send a RST instead of a FIN", Plain(() => new FinToReset())),
        new("reset-to-fin", "send a FIN instead of a RST", Plain(() => new ResetToFin())),
        new("swallow-reset", "do not forward a RST", Plain(() => new SwallowReset())),
        new("cut-after:T", "close both directions T after the first FIN", Timed(t => new CutAfter(t))),
        new("silent-after:T", "T after the first FIN, begin to discard what the other side sends",
            Timed(t => new SilentAfter(t))),
        new("idle-cut:T", "close both directions after T without data", Timed(t => new IdleCut(t))),
        new("drop-tail:N", "discard up to N bytes at the end of a stream of more than N bytes",
            Counted(1, MaxTail, n => new DropTail((int)n))),
        new("flip-byte:N", "alter the Nth byte of a stream (the first is 1)",
            Counted(1, MaxCount, n => new FlipByte(n))),
        new("stall:N", "forward N bytes, then nothing more (default: 0)",
            text => text is null ? () => new Stall(0) : Counted(0, MaxCount, n => new Stall(n))(text)),
    ];

    /// <summary>Returns a function that creates the fault with this name; null if the text is wrong.</summary>
    public static Func<Fault>? Parse(string text)
    {
        string[] parts = text.Split(':', 2);
        return All.FirstOrDefault(row => row.Name == parts[0])?.Read(parts.Length > 1 ? parts[1] : null);
    }

    private static Func<string?, Func<Fault>?> Plain(Func<Fault> create) => text => text is null ? create : null;

    private static Func<string?, Func<Fault>?> Timed(Func<TimeSpan, Fault> create) =>
        text => text is not null && Duration.TryParse(text, out Duration time) && time.Span <= MaxTime
            ? () => create(time.Span)
            : null;

    private static Func<string?, Func<Fault>?> Counted(long min, long max, Func<long, Fault> create) =>
        text => text is not null && ByteSize.TryParse(text, out ByteSize size) && size.Bytes >= min && size.Bytes <= max
            ? () => create(size.Bytes)
            : null;
}
