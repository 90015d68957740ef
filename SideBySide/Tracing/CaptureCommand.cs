using System.CommandLine;
using System.Net.Sockets;
using System.Runtime.Versioning;
using TcpClose.Cli;

namespace SideBySide.Tracing;

/// <summary>
/// The command that captures with a packet socket. It is a separate process, because it may have to run inside a
/// network namespace.
/// </summary>
internal static class CaptureCommand
{
    /// <summary>
    /// Its name, and what it prints on standard error when the capture has begun, as <c>tshark</c> does.
    /// </summary>
    public const string Name = "capture-segments", Started = "Capture started";

    /// <summary>Creates the command, which writes each segment as a line until standard input ends.</summary>
    public static Command Create(StopSignal stop)
    {
        Option<int> port = CommandLine.Port("--port", "Port to capture", 1, null);
        port.Required = true;
        var command = new Command(Name) { Hidden = true, Options = { port } };
        command.SetAction(async (parsed, _) =>
        {
            if (!OperatingSystem.IsLinux()) throw new CommandException("needs Linux");
            PacketSocket socket = Open(parsed.GetValue(port));
            StandardError.WriteLine(Started);

            stop.WatchStandardInput();

            // A background thread, because nothing interrupts its wait for the next frame.
            new Thread(new Capture(socket, Console.Out).Run) { IsBackground = true }.Start();
            await Task.Delay(Timeout.Infinite, stop.StopRequested)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCode.Success;
        });
        return command;
    }

    [SupportedOSPlatform("linux")]
    private static PacketSocket Open(int port)
    {
        try
        {
            return new PacketSocket(port);
        }
        catch (SocketException error)
        {
            throw new CommandException($"cannot open a packet socket: {error.Message}");
        }
    }

    [SupportedOSPlatform("linux")]
    private sealed class Capture(PacketSocket socket, TextWriter output)
    {
        public void Run()
        {
            var tracker = new SequenceTracker();
            try
            {
                while (true)
                {
                    ReadOnlySpan<byte> frame = socket.Receive(out decimal time);
                    if (SegmentDecoder.Decode(frame) is { } headers)
                        output.WriteLine(tracker.Add(headers, time).ToLine());
                }
            }
            catch (Exception ended) when (ended is SocketException or IOException)
            {
                // The parent has ended, or the interface was removed with its namespace.
                Environment.Exit(ExitCode.CouldNotRun);
            }
        }
    }
}
