using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Scenarios;

namespace PathCheck.Checks.Ends;

/// <summary>
/// A connection that neither side ends. Bytes drip, and the far end's part of <see cref="FullDuplexTransfer"/> echoes
/// them. If the path cuts this connection in the same way as a half-closed one, the path's time-out has nothing to do
/// with a FIN.
/// </summary>
internal static class EchoWithoutFin
{
    /// <summary>Whether the path cuts the connection; null if a pause of this process makes that uncertain.</summary>
    /// <param name="far">The far end, through the path.</param>
    /// <param name="drip">The bytes, and the silence before each.</param>
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
