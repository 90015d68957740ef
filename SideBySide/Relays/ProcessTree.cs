using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace SideBySide.Relays;

/// <summary>
/// This process's children, their children, and so on. On Linux, a process that detaches itself (a daemon) remains in
/// the tree, because this process adopts it. Elsewhere it leaves the tree.
/// </summary>
internal static partial class ProcessTree
{
    private const int PrSetChildSubreaper = 36, SigTerm = 15, SigKill = 9, WNoHang = 1;

    private static readonly TimeSpan TermLimit = TimeSpan.FromSeconds(2), KillLimit = TimeSpan.FromSeconds(2),
        Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Linux: makes this process the parent of every descendant whose own parent has ended.</summary>
    /// <exception cref="Win32Exception">The kernel refused.</exception>
    [SupportedOSPlatform("linux")]
    public static void Adopt()
    {
        if (SetProcessOption(PrSetChildSubreaper, 1, 0, 0, 0) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Linux: whether a process of the tree is running. Elsewhere: whether the root is running.</summary>
    public static bool IsRunning(Process root)
    {
        if (!root.HasExited) return true;
        if (!OperatingSystem.IsLinux()) return false;

        // A list of the processes would miss one that was started while the list was made. Instead, the kernel reports
        // whether this process has a child. An adopted process that has ended is a zombie until its exit code is read.
        int ended;
        do ended = Wait(-1, 0, WNoHang);
        while (ended > 0);
        return ended == 0;
    }

    /// <summary>
    /// Ends all processes of the tree: on Linux with SIGTERM, and those left after two seconds with SIGKILL.
    /// </summary>
    public static async Task EndAsync(Process root)
    {
        if (!OperatingSystem.IsLinux())
        {
            if (!root.HasExited) root.Kill(entireProcessTree: true);
            return;
        }

        await SignalAsync(root, SigTerm, TermLimit);
        await SignalAsync(root, SigKill, KillLimit);
    }

    [SupportedOSPlatform("linux")]
    private static async Task SignalAsync(Process root, int signal, TimeSpan limit)
    {
        var signalled = new HashSet<int>();
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < limit && IsRunning(root);)
        {
            // A process may start another one between two rounds. Each process is signalled only once.
            foreach (int process in Descendants().Where(signalled.Add)) _ = Signal(process, signal);
            await Task.Delay(Poll);
        }
    }

    [SupportedOSPlatform("linux")]
    private static List<int> Descendants()
    {
        Dictionary<int, int> parents = Parents();
        int own = Environment.ProcessId;
        return [.. parents.Keys.Where(IsOurs)];

        bool IsOurs(int process)
        {
            for (int steps = 0; parents.TryGetValue(process, out int parent) && steps < parents.Count; steps++)
            {
                if (parent == own) return true;
                process = parent;
            }

            return false;
        }
    }

    // The parent of each process that is not a zombie (proc_pid_stat(5)). The name of the program may contain spaces
    // and parentheses, so only the text after the last parenthesis is split.
    private static Dictionary<int, int> Parents()
    {
        var parents = new Dictionary<int, int>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int process)) continue;
            try
            {
                string stat = File.ReadAllText(folder + "/stat");
                string[] words = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                if (words[0] != "Z") parents[process] = int.Parse(words[1], CultureInfo.InvariantCulture);
            }
            catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
            {
                // The process has ended meanwhile.
            }
        }

        return parents;
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int SetProcessOption(int option, nuint value, nuint unused3, nuint unused4, nuint unused5);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int Wait(int process, nint status, int options);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
