using System.Runtime.InteropServices;
using System.Text;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace EchoClient.Checking;

/// <summary>
/// The first line that the server sends. If the server rejects the requested scenario, or echoes the request, the line
/// begins with <see cref="ScenarioRequest.Preamble"/>. A scenario's bytes never begin with it
/// (<see cref="TestPattern"/>).
/// </summary>
internal sealed class ScenarioResponseLine(byte[] request)
{
    private static readonly byte[]
        Preamble = Encoding.ASCII.GetBytes(ScenarioRequest.Preamble),
        ErrorPrefix = Encoding.ASCII.GetBytes(ScenarioRequest.ErrorPrefix);

    private readonly List<byte> _bytes = [];

    /// <summary>Whether the whole line, or its maximum length, has been received.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Adds the next bytes of the stream.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (HasEnded) return;
        ReadOnlySpan<byte> next = bytes[..Math.Min(bytes.Length, ScenarioRequest.MaxLength - _bytes.Count)];
        int end = next.IndexOf((byte)'\n');
        _bytes.AddRange(end < 0 ? next : next[..(end + 1)]);
        HasEnded = end >= 0 || _bytes.Count == ScenarioRequest.MaxLength;
    }

    /// <summary>
    /// Why the server does not run the scenario, and what to do; null if the line does not begin with the preamble.
    /// </summary>
    public string? RejectionReason()
    {
        ReadOnlySpan<byte> line = CollectionsMarshal.AsSpan(_bytes);
        if (!line.StartsWith(Preamble)) return null;
        if (line.StartsWith(ErrorPrefix))
            return $"the server rejected the request: {Printable.Quote(line[ErrorPrefix.Length..].TrimEnd("\r\n"u8))}";
        return request.AsSpan().StartsWith(line)
            ? "the server echoed the request: start an EchoServer there, without --echo-only"
            : $"the server answered {Printable.Quote(line)}: start an EchoServer of this version there";
    }
}
