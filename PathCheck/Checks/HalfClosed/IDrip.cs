using PathCheck.Classifying;
using PathCheck.NearEnd;

namespace PathCheck.Checks.HalfClosed;

/// <summary>
/// A check in which data drips: a byte now and then. It can run again with other times when the path's time-out is
/// known.
/// </summary>
internal interface IDrip
{
    /// <summary>Runs the check with these times.</summary>
    Task<CheckResult> RunAsync(FarEndClient far, Drip drip);
}
