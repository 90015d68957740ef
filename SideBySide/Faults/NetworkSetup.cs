using Serilog.Events;
using SideBySide.Timeline;
using SideBySide.Tools;
using SideBySide.Tracing;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace SideBySide.Faults;

/// <summary>
/// The network of a run: the machine's loopback or a network namespace. A run needs a namespace if segments are
/// dropped, if the FINs must cross, or if this user may capture only there. If the system allows no namespace, a run
/// that drops segments fails, and every other run uses the loopback. A namespace does not affect other programs, and
/// nothing of it remains afterwards.
/// </summary>
internal sealed class NetworkSetup : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    private readonly Scenario _scenario;
    private readonly DropOption? _lose;
    private LoopbackHold? _hold;

    private NetworkSetup(Scenario scenario, DropOption? lose, NetworkNamespace? inside)
    {
        _scenario = scenario;
        _lose = lose;
        Inside = inside;
    }

    /// <summary>The namespace; null for the machine's own.</summary>
    public NetworkNamespace? Inside { get; }

    /// <summary>Whether both FINs were held back until each side had sent its own.</summary>
    public bool HeldFins { get; private set; }

    /// <summary>Why the FINs could not be made to cross, and what to do; empty if nothing is missing.</summary>
    public IReadOnlyList<string> Missing =>
        !NeedsCrossingFins(_scenario) || _hold is not null ? []
        : Inside is null
            ? ["the FINs do not cross: holding them back needs Linux and a network namespace: " + AsRoot.Command]
        : ["the FINs were not made to cross, which needs tc: install it (Debian: apt install iproute2)"];

    /// <summary>The client's additional arguments for this network.</summary>
    public IReadOnlyList<string> ClientArguments =>
        _lose is not null ? ["--timeout", "2m"] : _hold is not null ? ["--hold", "2s"] : [];

    private static bool NeedsCrossingFins(Scenario scenario) => scenario.Name == "simultaneous";

    /// <summary>Creates the network that a run needs.</summary>
    /// <exception cref="CommandException">
    /// A segment must be dropped, but this system allows no network namespace, or a program is missing.
    /// </exception>
    public static NetworkSetup Create(Scenario scenario, DropOption? lose)
    {
        bool isNeeded = lose is not null || NeedsCrossingFins(scenario) || !PacketCapture.IsAllowed;
        NetworkNamespace? inside = isNeeded ? NetworkNamespace.TryCreate() : null;
        if (lose is null) return new NetworkSetup(scenario, lose, inside);

        string? missing = OperatingSystem.IsLinux()
            ? NetworkNamespace.Programs.Append("nft").FirstOrDefault(p => !ExternalTool.IsInstalled(p))
            : null;
        if (inside is not null && missing is null) return new NetworkSetup(scenario, lose, inside);
        inside?.Dispose();
        throw new CommandException(missing is not null ? $"--lose needs {missing}: {ChildProcess.InstallHint(missing)}."
            : "--lose needs Linux and a network namespace of its own, which this system does not allow: "
                + AsRoot.Command);
    }

    /// <summary>
    /// Begins to drop the segment of <c>--lose</c>, and adds the queue that can hold the FINs back, each only if the
    /// run needs it. Called before the client starts.
    /// </summary>
    public async Task ApplyRulesAsync(int port)
    {
        if (_lose is not null) await _lose.StartAsync(Inside!, port);
        if (NeedsCrossingFins(_scenario) && Inside is not null && ExternalTool.IsInstalled("tc"))
            _hold = await LoopbackHold.CreateAsync(Inside);
    }

    /// <summary>Holds both FINs back until each side has sent its own.</summary>
    public async Task HoldFinsAsync(IReadOnlyCollection<LogEvent> events, CancellationToken over)
    {
        if (_hold is null) return;
        try
        {
            while (!events.Any(e => Is(e, "server", ClosePhase.Received))) await Task.Delay(Poll, over);
            await _hold.HoldAsync();
            while (!events.Any(e => Is(e, "server", ClosePhase.FinQueued))
                || !events.Any(e => Is(e, "client", ClosePhase.FinQueued)))
            {
                await Task.Delay(Poll, over);
            }

            HeldFins = true;
            await _hold.ReleaseAsync();
        }
        catch (OperationCanceledException)
        {
            // The run ended before both FINs were sent.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Inside?.Dispose();

    private static bool Is(LogEvent e, string side, ClosePhase phase) =>
        e.Get<string>("Side") == side && e.Is(phase);
}
