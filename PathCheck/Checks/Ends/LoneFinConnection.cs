using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Kernel;

namespace PathCheck.Checks.Ends;

/// <summary>A connection of <see cref="FinWithoutData"/>.</summary>
internal sealed class LoneFinConnection : IDisposable
{
    private readonly FarEndClient _far;
    private readonly Socket _socket;
    private readonly long _connectedAt = Clock.Now;
    private long _finAt;

    private LoneFinConnection(FarEndClient far, Socket socket) => (_far, _socket) = (far, socket);

    /// <summary>Whether the far end's answer has been received.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Connects.</summary>
    public static async Task<LoneFinConnection> OpenAsync(FarEndClient far) => new(far, await far.ConnectAsync());

    /// <summary>The times of the connection, counted back from now.</summary>
    public LoneFin ToLoneFin() => new(Clock.Since(_connectedAt), Clock.Since(_finAt), IsAnswered);

    /// <summary>Waits, sends the FIN, reads the answer, and confirms the answer to the far end.</summary>
    public async Task FinishAsync(TimeSpan wait, CancellationToken limit)
    {
        try
        {
            await Task.Delay(wait, limit);
            _finAt = Clock.Now;
            _socket.Shutdown(SocketShutdown.Send);
            var line = new AnswerLine(_socket);
            if (!await line.ReadAsync(limit) || FinAnswer.Parse(line.Bytes) is not { } answer) return;
            IsAnswered = true;
            await _far.ClaimAsync(answer);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Reset by the path, or not answered within the limit.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
