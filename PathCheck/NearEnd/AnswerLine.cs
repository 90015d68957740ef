using System.Net.Sockets;
using PathCheck.Protocol;

namespace PathCheck.NearEnd;

/// <summary>
/// Reads the line with which the far end answers. The line ends with a line feed, so it is complete even if the path
/// loses the FIN that follows it.
/// </summary>
internal sealed class AnswerLine(Socket socket)
{
    private readonly byte[] _buffer = new byte[PathRequest.MaxAnswerLength];
    private int _length;

    /// <summary>What has been received of the line, without its line feed.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Reads the line.</summary>
    /// <returns>False if the stream ended first or the line is too long.</returns>
    /// <exception cref="SocketException">The connection was reset, or the kernel gave up on it.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="limit"/> expired first.</exception>
    public async Task<bool> ReadAsync(CancellationToken limit)
    {
        while (_length < _buffer.Length
            && await socket.ReceiveAsync(_buffer.AsMemory(_length), limit) is var count and > 0)
        {
            int end = Array.IndexOf(_buffer, (byte)'\n', _length, count);
            _length = end >= 0 ? end : _length + count;
            if (end >= 0) return true;
        }

        return false;
    }
}
