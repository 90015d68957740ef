using System.Text.RegularExpressions;
using SideBySide.Tools;

namespace TcpDemo.Tests.Infrastructure.Relays;

/// <summary>A script in tests/relays that starts a third-party relay.</summary>
public sealed partial class Recipe
{
    private readonly Dictionary<string, string> _head;

    private Recipe(string path)
    {
        Path = path;
        _head = Entry().Matches(File.ReadAllText(path)).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
    }

    /// <summary>All scripts with a <c># product:</c> line, by file name.</summary>
    public static IReadOnlyDictionary<string, Recipe> All { get; } = Directory
        .EnumerateFiles(System.IO.Path.Combine(Repository.Root, "tests", "relays")).Select(file => new Recipe(file))
        .Where(recipe => recipe._head.ContainsKey("product"))
        .ToDictionary(recipe => System.IO.Path.GetFileName(recipe.Path));

    public string Path { get; }

    /// <summary>The product, with its settings.</summary>
    public string Product => _head["product"];

    /// <summary>Why the relay cannot be started here; null if it can.</summary>
    public string? Missing =>
        !OperatingSystem.IsLinux() ? "needs Linux"
        : _head["needs"].Split(' ').Append("setsid")
            .Where(n => !(n.Contains('/') ? File.Exists(n) : ExternalTool.IsInstalled(n))).Select(n => $"needs {n}")
            .FirstOrDefault();

    [GeneratedRegex("^# ([a-z]+): (.+)$", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
