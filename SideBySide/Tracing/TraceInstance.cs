namespace SideBySide.Tracing;

/// <summary>An instance of Linux's trace buffer that only this process uses. It needs root and tracefs.</summary>
internal sealed class TraceInstance : IDisposable
{
    /// <summary>The folder of tracefs.</summary>
    public const string Tracing = "/sys/kernel/tracing";

    private const string Prefix = "tcpdemo-";

    private static int _count;

    private readonly string _folder;

    /// <summary>Creates an instance with the monotonic clock.</summary>
    /// <exception cref="IOException">The kernel does not allow it.</exception>
    /// <exception cref="UnauthorizedAccessException">The kernel does not allow it.</exception>
    public TraceInstance()
    {
        RemoveLeftovers();
        _folder = $"{Tracing}/instances/{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        Directory.CreateDirectory(_folder);
        try
        {
            Write("trace_clock", "mono");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether this kernel has an event, such as <c>tcp/tcp_send_reset</c>.</summary>
    public static bool HasEvent(string name) => Directory.Exists($"{Tracing}/events/{name}");

    /// <summary>The lines so far.</summary>
    public IEnumerable<string> Lines => File.ReadLines(_folder + "/trace");

    /// <summary>Sets an option of the instance.</summary>
    public void Write(string file, string value) => File.WriteAllText($"{_folder}/{file}", value);

    public void Dispose() => Remove(_folder);

    // Removes the instances of processes that were killed.
    private static void RemoveLeftovers()
    {
        foreach (string instance in Directory.GetDirectories(Tracing + "/instances", Prefix + "*"))
            if (!Directory.Exists("/proc/" + Path.GetFileName(instance)[Prefix.Length..].Split('-')[0]))
                Remove(instance);
    }

    private static void Remove(string instance)
    {
        try
        {
            // The files cannot be deleted one by one, but rmdir removes the whole directory.
            Directory.Delete(instance);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is already removed, or another process is removing it.
        }
    }
}
