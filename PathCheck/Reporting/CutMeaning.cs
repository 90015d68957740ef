using PathCheck.Checks;
using PathCheck.Checks.HalfClosed;
using PathCheck.Classifying;
using TcpClose.Events;

namespace PathCheck.Reporting;

/// <summary>What a cut means: which limit of the path to raise.</summary>
internal static class CutMeaning
{
    private const string Where = "of the relay, firewall or NAT";

    /// <summary>The sentence for the worst cut of a run.</summary>
    public static string Of(CheckResult worst, IReadOnlyList<CheckResult> results)
    {
        CheckResult[] same = [.. results.Where(r => r.FirstCloser == worst.FirstCloser)];
        CheckResult[] silences = [.. same.Where(r => r.Check.HasHold)];
        string fin = FinOf([.. results.Where(r => r.Effect.IsCut && !r.IsIntermittent).Select(r => r.FirstCloser)]);
        TimeSpan? longest = silences.Where(r => r.Effect == PathEffect.Preserved).Max(r => r.Hold);
        bool isOfTransfer = worst.Hold is null && worst.Check is not IDrip && !worst.Check.NeedsGivenHold
            && silences.All(r => r.Effect == PathEffect.Preserved || r.IsIntermittent);
        return isOfTransfer ? OfTransfer(worst, longest ?? TimeSpan.Zero)
            : worst.Hold < longest
                ? $"Data that is sent immediately after {fin} is lost{Notice.Of(worst, results)}; " +
                  "later data gets through, so this is no time-out: fix the relay."
            : OfTimeout(same, Notice.Of(worst, results), fin);
    }

    // The silences were preserved, but a transfer was cut.
    private static string OfTransfer(CheckResult cut, TimeSpan longest)
    {
        long bytes = (cut.FirstCloser == FirstCloser.Client ? cut.Near?.Received : cut.Far?.Bytes) ?? 0;

        // A path that resets the connection may have accepted more bytes than it delivered.
        bool isReset = cut.FirstCloser == FirstCloser.Client ? cut.IsResetAtClient : cut.IsResetAtServer;
        string time = cut.CutAfter is { } after ? $" ({Evidence.Time(after)})" : "";
        string limit = longest == TimeSpan.Zero ? "look for a limit of size, of duration or of silence"
            : $"a silence of {new Duration(longest)} passes, so it is not an idle time-out; look for a limit of size" +
                (longest > cut.CutAfter ? "" : " or of duration") + (HasSentAll(cut)
                    ? ", or for a relay that closes when the sender has ended, although it still holds data" : "");
        return $"A long transfer is cut after {(isReset ? "at least" : "about")} {Evidence.About(bytes)}{time}: " +
            $"{limit}.";
    }

    // Whether the sender's kernel had taken all data; the FIN then followed.
    private static bool HasSentAll(CheckResult cut) => cut.FirstCloser == FirstCloser.Client
        ? cut is { Near: { } near, Far: { } far } && far.Sent >= near.Expected
        : cut.Near?.Sent >= SlowReaderOfReply.Size;

    private static string OfTimeout(CheckResult[] same, string notice, string fin)
    {
        PathEffect? drip = same.FirstOrDefault(r => r.Check is IDrip)?.Effect;
        bool? withoutFin = same.FirstOrDefault(r => r.IsCutWithoutFin is not null)?.IsCutWithoutFin;
        return drip == PathEffect.Preserved ? OfSilence(notice, withoutFin)
            : drip == PathEffect.CutDespiteData ? OfTotalTime(notice, fin, withoutFin)
            : $"Data that is sent later than this after {fin} is lost{notice}: raise the time-out {Where}.";
    }

    private static string OfSilence(string notice, bool? withoutFin)
    {
        string lost = "Data that is sent after a longer silence than this "
            + (withoutFin == true ? "" : "on a half-closed connection ")
            + $"is lost{notice}; data that keeps flowing gets through";
        return withoutFin switch
        {
            true => $"{lost}. A connection that neither side has ended is cut as well: raise the idle time-out " +
                $"{Where}.",
            false => $"{lost}. A connection that neither side has ended is not cut: raise the time-out {Where} for " +
                "half-closed connections.",
            null => $"{lost}: raise the idle time-out {Where}.",
        };
    }

    private static string OfTotalTime(string notice, string fin, bool? withoutFin)
    {
        string lost = $"is lost, even if it flows all the time{notice}";
        return withoutFin switch
        {
            true => $"Data that is sent later than this after the start of a connection {lost}. A connection that " +
                $"neither side has ended is cut as well: raise the limit {Where} that counts from the start.",
            false => $"Data that is sent later than this after {fin} {lost}. A connection that neither side has " +
                $"ended is not cut: raise the time-out {Where} that counts from the FIN.",
            null => $"Data that is sent later than this after {fin} {lost}: raise the time-out {Where} that counts " +
                "from the FIN or from the start of the connection.",
        };
    }

    private static string FinOf(FirstCloser[] directions) =>
        directions.All(d => d == FirstCloser.Client) ? "the client's FIN"
        : directions.All(d => d == FirstCloser.Server) ? "the server's FIN"
        : "one side's FIN";
}
