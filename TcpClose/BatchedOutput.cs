using System.Text;

namespace TcpClose;

/// <summary>
/// Standard output into a file or a pipe, written when a batch of events is complete. Serilog's console sink flushes behind each
/// event, and each flush that reaches the system is a call.
/// </summary>
internal sealed class BatchedOutput() : StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 32 * 1024)
{
    /// <summary>Not yet.</summary>
    public override void Flush()
    {
    }

    /// <summary>Writes what there is. Where that fails (the disk is full), it is lost, and the program goes on.</summary>
    public void FlushBatch()
    {
        try
        {
            base.Flush();
        }
        catch (IOException)
        {
        }
    }
}
