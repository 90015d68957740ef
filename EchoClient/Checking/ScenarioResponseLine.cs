using System.Runtime.InteropServices;
using System.Text;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace EchoClient.Checking;

/// <summary>
/// The first line of what the server sends, which tells whether it plays what it was asked for. Where it refuses, or only
/// echoes and so sends the request back, the stream begins with <see cref="ScenarioRequest.Preamble"/>; no act's bytes do
/// (<see cref="TestPattern"/>).
/// </summary>
internal sealed class ScenarioResponseLine(byte[] request)
{
    private static readonly byte[] Greeting = Encoding.ASCII.GetBytes(ScenarioRequest.Preamble), Refusal = Encoding.ASCII.GetBytes(ScenarioRequest.ErrorPrefix);

    private readonly List<byte> _bytes = [];

    /// <summary>Whether all of it has come.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Takes the next bytes of the stream.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (HasEnded) return;
        ReadOnlySpan<byte> next = bytes[..Math.Min(bytes.Length, ScenarioRequest.MaxLength - _bytes.Count)];
        int end = next.IndexOf((byte)'\n');
        _bytes.AddRange(end < 0 ? next : next[..(end + 1)]);
        HasEnded = end >= 0 || _bytes.Count == ScenarioRequest.MaxLength;
    }

    /// <summary>Why the server does not play, and what to do; null where it does.</summary>
    public string? RejectionReason()
    {
        ReadOnlySpan<byte> line = CollectionsMarshal.AsSpan(_bytes);
        if (!line.StartsWith(Greeting)) return null;
        if (line.StartsWith(Refusal)) return $"the server refuses: {Printable.Quote(line[Refusal.Length..].TrimEnd("\r\n"u8))}";
        return request.AsSpan().StartsWith(line)
            ? "the server echoes requests: start an EchoServer there, without --echo-only"
            : $"the server answers {Printable.Quote(line)}: start an EchoServer of this version there";
    }
}
