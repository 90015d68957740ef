using System.Globalization;
using EchoClient.Checking;
using TcpClose.Events;
using TcpClose.Output;
using TcpClose.Sockets;

namespace EchoClient.Running;

/// <summary>Shows the progress of a transfer on a terminal, if it takes longer than a second.</summary>
internal sealed class TransferProgress : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1), Interval = TimeSpan.FromMilliseconds(100);

    private readonly ProgressLine _bar;
    private readonly Timer _timer;

    private TransferProgress(ProgressLine bar, string what, Func<long> done, long all)
    {
        _bar = bar;
        var whole = new ByteSize(all);
        _timer = new Timer(_ =>
        {
            double part = (double)done() / all;
            bar.Draw(what, part, string.Create(CultureInfo.InvariantCulture, $"{part * 100,3:0} % of {whole}"));
        }, null, Delay, Interval);
    }

    /// <summary>Creates a progress bar; null without a terminal or without data.</summary>
    /// <param name="socket">Counts the bytes sent.</param>
    /// <param name="reply">Counts the bytes received.</param>
    /// <param name="toSend">The number of bytes to upload, or 0.</param>
    /// <param name="before">The number of bytes that are sent before the upload.</param>
    public static TransferProgress? OnTerminal(ObservedSocket socket, EchoVerifier reply, long toSend, int before)
    {
        (string what, Func<long> done, long all) = reply.ExpectedLength > 0
            ? ("received", (Func<long>)(() => reply.Received), reply.ExpectedLength)
            : ("sent", () => socket.BytesSent - before, toSend);
        return all > 0 && ProgressLine.OnTerminal() is { } bar ? new TransferProgress(bar, what, done, all) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _bar.Dispose();
    }
}
