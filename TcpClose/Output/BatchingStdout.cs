using System.Text;

namespace TcpClose.Output;

/// <summary>
/// Standard output into a file or a pipe: events are written some at a time, each of them whole. Serilog's console sink
/// flushes after each event, and each flush that reaches the system is a call.
/// </summary>
internal sealed class BatchingStdout() : StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferSize)
{
    // A write of up to 4096 bytes into a pipe is atomic, so other writers cannot split it.
    private const int BufferSize = 32 * 1024, FlushThreshold = 3 * 1024;

    private int _waiting;

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        _waiting += value?.Length ?? 0;
        base.Write(value);
    }

    /// <summary>An event is complete.</summary>
    public override void Flush()
    {
        if (_waiting >= FlushThreshold) FlushBatch();
    }

    /// <summary>
    /// Writes what there is. Where that fails (the disk is full), it is lost, and the program goes on.
    /// </summary>
    public void FlushBatch()
    {
        try
        {
            _waiting = 0;
            base.Flush();
        }
        catch (Exception)
        {
            // As in Serilog's own sinks, a log that cannot be written does not end the program.
        }
    }
}
