namespace TcpDemo.Tests.Infrastructure.Execution;

/// <summary>
/// Linux: finds the processes that have inherited an environment variable from a program that a test started.
/// </summary>
public static class MarkedProcesses
{
    /// <summary>The command lines of the processes in which the variable has this value.</summary>
    public static List<string> With(string variable, string value)
    {
        var found = new List<string>();
        foreach (string process in Directory.GetDirectories("/proc")
            .Where(p => int.TryParse(Path.GetFileName(p), out _)))
        {
            try
            {
                if (File.ReadAllText(process + "/environ").Contains($"{variable}={value}\0", StringComparison.Ordinal))
                    found.Add(File.ReadAllText(process + "/cmdline").Replace('\0', ' '));
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // The process has ended, or belongs to another user.
            }
        }

        return found;
    }
}
