using System.Diagnostics;
using System.Text;
using SideBySide.Tools;
using TcpClose.Cli;

namespace SideBySide.Captures;

/// <summary>
/// Reads the TCP connections of a capture, in any format and link type that Wireshark's <c>tshark</c> knows. Most
/// segments of a long connection are only counted.
/// </summary>
internal static class CaptureFile
{
    private const int MaxErrorLength = 2000;

    // This also selects ICMP errors, because tshark decodes the segment that they quote.
    private const string OnlyTcp = "tcp";

    private const int ExaminedBytes = 512;

    /// <param name="file">The file; <c>-</c> for standard input.</param>
    /// <param name="filter">A display filter of Wireshark; null for all frames.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="CommandException">
    /// <c>tshark</c> is missing, the filter is not valid, or the file contains no TCP segment that can be read and that
    /// the filter selects.
    /// </exception>
    public static async Task<CaptureContents> ReadAsync(string file, string? filter, CancellationToken stop)
    {
        if (!ExternalTool.IsInstalled("tshark"))
            throw new CommandException($"explain needs tshark, which is missing: "
                + $"{ChildProcess.InstallHint("tshark")}.");
        if (file != "-" && !File.Exists(file))
            throw new CommandException(Directory.Exists(file) ? $"{file} is a folder: name a capture file."
                : $"{(file.Length > 0 ? file : "\"\"")} does not exist: name a pcap or pcapng file.");

        // Reassembly and the analysis of sequence numbers would need memory for each frame.
        using Process tshark = ChildProcess.Start(
        [
            "tshark", "-n", "-r", file, "-o", "tcp.desegment_tcp_streams:FALSE",
            "-o", "tcp.analyze_sequence_numbers:FALSE", "-o", "ip.defragment:FALSE",
            "-Y", filter is null ? OnlyTcp : $"{OnlyTcp} && ({filter})", .. CapturedFrame.Arguments,
        ]);
        try
        {
            Task input = FeedAsync(tshark, file == "-", stop);
            Task<string> errors = ReadErrorsAsync(tshark.StandardError);
            var contents = new CaptureContents();
            while (await tshark.StandardOutput.ReadLineAsync(stop) is { } line) contents.Add(line);
            await tshark.WaitForExitAsync(stop);
            await input;
            contents.Complete();
            Check(contents, tshark.ExitCode, await errors, file, filter);
            return contents;
        }
        finally
        {
            if (!tshark.HasExited) tshark.Kill(entireProcessTree: true);
        }
    }

    // Throws if the capture contains no connection. If tshark failed after it had read a connection, only notes the
    // damage, and the connections up to there are explained.
    private static void Check(CaptureContents contents, int exitCode, string errors, string file, string? filter)
    {
        string name = file == "-" ? "standard input" : file;
        string? reason = errors.Split('\n').Select(l => l.Trim()).Select(l => l.StartsWith("tshark: ",
            StringComparison.Ordinal) ? l["tshark: ".Length..] : null).LastOrDefault(l => l is not null);
        if (exitCode != 0 && contents.Connections.Count > 0)
            contents.Damage = $"the capture is damaged or cut short, and was read to frame {contents.LastFrame}";
        else if (exitCode != 0)
            throw new CommandException(Explain(reason ?? "tshark failed", name, filter));
        else if (contents.Connections.Count == 0 && IsText(file))
            throw new CommandException($"{name} is not a capture that tshark can read (pcap or pcapng): it is a text.");
        else if (contents.Connections.Count == 0)
            throw new CommandException(name + (filter is not null ? $" contains no TCP segment that --filter "
                + $"\"{filter}\" selects."
                : file != "-" && new FileInfo(file).Length == 0 ? " is empty." : " contains no TCP segment."));
    }

    // tshark reads some text files as captures in an old format.
    private static bool IsText(string file)
    {
        if (file == "-") return false;
        using FileStream input = File.OpenRead(file);
        byte[] beginning = new byte[ExaminedBytes];
        int length = input.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        return length > 0 && beginning.AsSpan(0, length).IndexOfAnyInRange((byte)0, (byte)8) < 0
            && beginning.AsSpan(0, length).IndexOfAnyInRange((byte)14, (byte)26) < 0;
    }

    private static string Explain(string reason, string name, string? filter) => reason switch
    {
        _ when reason.Contains("permission", StringComparison.OrdinalIgnoreCase) =>
            $"{name} cannot be read: no permission.",
        _ when reason.Contains("cut short", StringComparison.Ordinal) || reason.Contains("is empty",
            StringComparison.Ordinal) =>
            $"{name} is empty or cut short before its first TCP segment.",
        _ when filter is not null && !reason.StartsWith("The file", StringComparison.OrdinalIgnoreCase) =>
            $"--filter \"{filter}\" is not a display filter of Wireshark: {reason.TrimEnd('.')}.",
        _ => $"{name} is not a capture that tshark can read (pcap or pcapng): {reason.TrimEnd('.')}.",
    };

    private static async Task FeedAsync(Process tshark, bool isPiped, CancellationToken stop)
    {
        try
        {
            if (isPiped)
                await Console.OpenStandardInput().CopyToAsync(tshark.StandardInput.BaseStream, stop);
            tshark.StandardInput.Close();
        }
        catch (IOException)
        {
            // tshark has ended early; its error output contains the reason.
        }
    }

    private static async Task<string> ReadErrorsAsync(StreamReader errors)
    {
        var text = new StringBuilder();
        while (await errors.ReadLineAsync() is { } line)
            if (text.Length < MaxErrorLength) text.Append(line).Append('\n');
        return text.ToString();
    }
}
