namespace SideBySide;

/// <summary>Programs that this project uses and does not bring.</summary>
public static class Tool
{
    /// <summary>Whether a program is found on the path.</summary>
    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program + (OperatingSystem.IsWindows() ? ".exe" : ""))));
}
