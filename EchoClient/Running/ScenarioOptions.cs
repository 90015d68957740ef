using TcpClose.Events;
using TcpClose.Scenarios;

namespace EchoClient.Running;

/// <summary>The options that apply to some scenarios only. Other scenarios reject them.</summary>
internal static class ScenarioOptions
{
    private static readonly Dictionary<string, IReadOnlyList<string>> Varied = new()
    {
        ["--message"] = ["half-close", "server-first", "unread-data", "frames"],
        ["--bytes"] = ["half-close", "server-first"],
        ["--hold"] = ["late-data", "server-first", "simultaneous", "full-close", "unread-data"],
        ["--late"] = ["late-data"],
        ["--watch-time-wait"] = [.. ScenarioTable.All.Where(s => s.MayLeaveTimeWait(Side.Client)).Select(s => s.Name)],
        ["--buffer"] = [.. ScenarioTable.All.Where(s => s.HasServer).Select(s => s.Name)],
    };

    /// <summary>Explains why the option does not apply to the scenario; null if it does.</summary>
    public static string? Refuse(string option, string scenario) =>
        !Varied.TryGetValue(option, out IReadOnlyList<string>? names) || names.Contains(scenario) ? null
        : names.Count > ScenarioTable.All.Count / 2 ? $"{option} does not apply to --scenario {scenario}"
        : $"{option} applies only to --scenario {string.Join(" or ", names)}";
}
