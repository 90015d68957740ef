using System.Text;

namespace TcpClose.Output;

/// <summary>
/// A writer for standard output that is a file or a pipe. Serilog's console sink flushes after each event. This writer
/// writes several events with one system call.
/// </summary>
internal sealed class BatchingStdout() : StreamWriter(
    Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferSize)
{
    // Other writers cannot split a write of up to 4096 bytes to a pipe (PIPE_BUF, pipe(7)).
    private const int BufferSize = 32 * 1024, FlushThreshold = 3 * 1024;

    private int _waiting;

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        _waiting += value?.Length ?? 0;
        base.Write(value);
    }

    /// <summary>Marks the end of an event.</summary>
    public override void Flush()
    {
        if (_waiting >= FlushThreshold) FlushBatch();
    }

    /// <summary>Writes the waiting events. If that fails (the disk is full), they are lost.</summary>
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
