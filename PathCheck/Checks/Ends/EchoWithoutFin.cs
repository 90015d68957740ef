using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Scenarios;

namespace PathCheck.Checks.Ends;

/// <summary>
/// A connection that neither side ends. A byte is sent now and then, and the far end echoes it
/// (<see cref="FullDuplexTransfer"/>). If the path cuts this connection as well as a half-closed one, the path's
/// time-out has nothing to do with a FIN.
/// </summary>
internal static class EchoWithoutFin
{
    /// <summary>Whether the path cuts the connection; null if a pause of this process makes that uncertain.</summary>
    public static async Task<bool?> IsCutAsync(FarEndClient far, Drip drip)
    {
        using Probe probe = await Probe.OpenAsync(
            far, new PathRequest(FullDuplexTransfer.Name, drip.Interval), Payload.Generated(drip.Count));
        await probe.WaitUntilRegisteredAsync();
        probe.End.Start();
        await probe.DripAsync(drip);
        await probe.ReadToEndAsync(quiet: TimeSpan.Zero);
        NearObservation near = probe.Observe();
        return near.Pause >= PausedProcess.Threshold(far.Timeout) ? null : near.IsShort;
    }
}
