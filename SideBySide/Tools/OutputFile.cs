using Microsoft.Win32.SafeHandles;

namespace SideBySide.Tools;

/// <summary>Checks output files before a run, and writes them after it.</summary>
internal static class OutputFile
{
    /// <summary>Describes why a file cannot be written, for the end of a sentence; null if it can.</summary>
    /// <remarks>
    /// The check leaves no new file, and changes neither the contents nor the mode of an existing file.
    /// </remarks>
    public static string? DescribeProblem(string path)
    {
        if (path == "") return "is not a file: use a file name";
        try
        {
            string file = RealPath(path);
            if (Directory.Exists(file)) return "is a folder: use a file";
            if (!Directory.Exists(Path.GetDirectoryName(file)))
                return "cannot be written: use a file in a folder that exists";
            if (File.Exists(file)) return IsRegular(file) ? null : "is not a regular file: use a file on a disk";
            // The system removes the file when it is closed.
            const FileOptions Removed = FileOptions.DeleteOnClose;
            File.OpenHandle(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, Removed).Dispose();
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return "cannot be written (no permission): use another file";
        }
        catch (IOException error)
        {
            return $"cannot be written ({error.Message}): use another file";
        }
    }

    /// <summary>
    /// Whether two paths are equal after all symbolic links are resolved; false if a path cannot be resolved.
    /// </summary>
    public static bool AreSame(string first, string second)
    {
        try
        {
            return RealPath(first) == RealPath(second);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;       // DescribeProblem reports a path that cannot be resolved.
        }
    }

    /// <summary>Writes a copy of a file. An existing target keeps its owner and its mode.</summary>
    public static async Task CopyAsync(string source, string target)
    {
        await using FileStream from = File.OpenRead(source);
        await using FileStream to = new(target, FileMode.Create, FileAccess.Write);
        await from.CopyToAsync(to);
    }

    // On Linux only regular files accept SetLength. The file is opened for reading and writing, because opening a pipe
    // only for writing would wait for a reader.
    private static bool IsRegular(string file)
    {
        const FileShare Any = FileShare.ReadWrite | FileShare.Delete;
        using SafeFileHandle handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, Any);
        try
        {
            RandomAccess.SetLength(handle, RandomAccess.GetLength(handle));
            return true;
        }
        catch (Exception error) when (error is IOException or NotSupportedException)
        {
            return false;
        }
    }

    // The path with all symbolic links resolved.
    private static string RealPath(string path)
    {
        string full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } folder) return full;
        var own = new FileInfo(Path.Combine(RealPath(folder), Path.GetFileName(full)));
        return own.LinkTarget is null
            ? own.FullName
            : RealPath(own.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }
}
