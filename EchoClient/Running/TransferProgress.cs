using System.Globalization;
using EchoClient.Checking;
using TcpClose.Events;
using TcpClose.Output;
using TcpClose.Sockets;

namespace EchoClient.Running;

/// <summary>Shows the progress of a transfer on a terminal, if the transfer takes longer than a second.</summary>
internal sealed class TransferProgress : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1), Period = TimeSpan.FromMilliseconds(100);

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
        }, null, Patience, Period);
    }

    /// <summary>A bar for the direction that the scenario is about; null where there is no terminal or nothing to wait for.</summary>
    /// <param name="socket">What sends.</param>
    /// <param name="reply">What receives.</param>
    /// <param name="toSend">What the scenario uploads; 0 where it is about what comes.</param>
    /// <param name="before">How many bytes are sent before the upload.</param>
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
