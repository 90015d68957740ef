namespace SideBySide.Captures;

/// <summary>Repetitions of one segment, while the peer sent nothing.</summary>
/// <param name="first">The first repetition.</param>
internal sealed class RepeatRun(CapturedSegment first)
{
    /// <summary>The minimum number of repetitions that is remarkable. Fewer happen on any network.</summary>
    public const int MinRepeats = 3;

    private long _lastAt = first.At;

    /// <summary>The sequence number of the segment.</summary>
    public long Sequence => first.Sequence;

    /// <summary>Bytes of payload.</summary>
    public int Length => first.Length;

    /// <summary>Whether the segment has one of these flags.</summary>
    public bool Has(TcpFlags flags) => first.Has(flags);

    /// <summary>The frame of the first repetition.</summary>
    public int FirstFrame => first.Frame;

    /// <summary>How often it was sent again.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>The time from the first to the last repetition.</summary>
    public TimeSpan Time => TimeSpan.FromMicroseconds((_lastAt - first.At) / 1000.0);

    /// <summary>When the last repetition was captured, in nanoseconds since 1970.</summary>
    public long LastAt => _lastAt;

    /// <summary>The peer's frame that ended the run; 0 if none has.</summary>
    public int AnsweredBy { get; set; }

    /// <summary>Adds a repetition.</summary>
    public void Add(CapturedSegment segment)
    {
        Count++;
        _lastAt = segment.At;
    }
}

/// <summary>The runs of repetitions of one direction.</summary>
internal sealed class RepeatRuns
{
    /// <summary>The run that the peer has not answered yet; null without one.</summary>
    public RepeatRun? Current { get; private set; }

    /// <summary>
    /// Of the answered runs with at least <see cref="RepeatRun.MinRepeats"/> repetitions, the one that took the longest
    /// time; null if there is none.
    /// </summary>
    public RepeatRun? Answered { get; private set; }

    /// <summary>Adds a repetition.</summary>
    public void Add(CapturedSegment segment)
    {
        if (Current?.Sequence == segment.Sequence) Current.Add(segment);
        else Current = new RepeatRun(segment);
    }

    /// <summary>Ends the current run, because the peer has sent something.</summary>
    public void End(CapturedSegment answer)
    {
        if (Current is { Count: >= RepeatRun.MinRepeats } run && !(Answered?.Time > run.Time))
        {
            run.AnsweredBy = answer.Frame;
            Answered = run;
        }

        Current = null;
    }
}
