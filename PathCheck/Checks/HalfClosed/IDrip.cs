using PathCheck.Classifying;
using PathCheck.NearEnd;

namespace PathCheck.Checks.HalfClosed;

/// <summary>
/// A check in which data drips: it can be run again with other times, once a time-out of the path is known.
/// </summary>
internal interface IDrip
{
    /// <summary>Runs the check with these times.</summary>
    Task<CheckResult> RunAsync(FarEndClient far, Drip drip);
}
