using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SideBySide.Tools;

/// <summary>
/// The command that repeats this run as root. It runs the built program, because <c>sudo dotnet run</c> would build
/// files that belong to root.
/// </summary>
internal static class AsRoot
{
    private const string InstallLocation = "/etc/dotnet/install_location";

    /// <summary>The command, to paste into a shell.</summary>
    public static string Command => Of(
        ChildProcess.OwnProgram, Environment.GetCommandLineArgs()[1..],
        RuntimeFeature.IsDynamicCodeSupported ? DotnetRoot : null);

    // sudo removes the variable that names the folder of the .NET runtime. A program finds the usual folder without it.
    private static string? DotnetRoot =>
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")) is var root
        && root.TrimEnd('/') == UsualRoot ? null : root;

    private static string UsualRoot => File.Exists(InstallLocation)
        ? File.ReadLines(InstallLocation).FirstOrDefault("").Trim().TrimEnd('/')
        : "/usr/share/dotnet";

    /// <summary>
    /// The command for a program. <paramref name="dotnet"/> is the folder of the .NET runtime; null if the program does
    /// not need it.
    /// </summary>
    internal static string Of(string program, IEnumerable<string> arguments, string? dotnet) =>
        string.Join(' ', [
            "sudo", .. dotnet is null ? (string[])[] : [$"DOTNET_ROOT={Quote(dotnet.TrimEnd('/'))}"],
            Quote(program), .. arguments.Select(Quote)]);

    private static string Quote(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,+@%".Contains(c)) && word.Length > 0
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
