using System.CommandLine;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SideBySide.Tools;
using SideBySide.Tracing;
using TcpClose.Cli;

namespace SideBySide;

/// <summary>
/// Commands that SideBySide runs as programs of their own, because they must run inside a network namespace. The help
/// does not list them.
/// </summary>
internal static class ChildCommands
{
    /// <summary>Keeps a new network namespace until standard input ends.</summary>
    public static Command HoldNamespace()
    {
        var command = new Command(NetworkNamespace.HoldCommand) { Hidden = true };
        command.SetAction(async (_, _) =>
        {
            if (!OperatingSystem.IsLinux()) throw new CommandException("needs Linux");
            try
            {
                LoopbackInterface.BringUp();
            }
            catch (Win32Exception error)
            {
                throw new CommandException($"the loopback interface stays down: {error.Message}");
            }

            Console.WriteLine(NetworkNamespace.Ready);
            await using Stream input = Console.OpenStandardInput();
            await input.CopyToAsync(Stream.Null, CancellationToken.None);
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Writes each segment of a port as a line, until standard input ends.</summary>
    public static Command CaptureSegments(StopSignal stop)
    {
        Option<int> port = CommandLine.Port("--port", "Port to capture", 1, null);
        port.Required = true;
        var command = new Command(PacketCapture.Command) { Hidden = true, Options = { port } };
        command.SetAction(async (parsed, _) =>
        {
            if (!OperatingSystem.IsLinux()) throw new CommandException("needs Linux");
            PacketSocket socket = Open(parsed.GetValue(port));
            StandardError.WriteLine(PacketCapture.Started);

            stop.WatchStandardInput();

            // A background thread, because nothing ends its wait for the next frame.
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
            throw new CommandException($"no packet socket: {error.Message}");
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
