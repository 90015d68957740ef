using Benchmarks.Running;
using TcpClose.Events;

namespace Benchmarks.Candidates;

/// <summary>The servers that are compared, in the order in which they take turns.</summary>
internal static class CandidateTable
{
    /// <summary>The size of EchoServer's large buffers, and usually of the C server's buffers, in bytes.</summary>
    public const int SameSize = 256 * 1024;

    /// <summary>The size of the textbook server's buffers, in bytes.</summary>
    public const int TextbookSize = 16 * 1024;

    private static readonly int[] CBufferSizes = [16 * 1024, 64 * 1024, 256 * 1024];

    /// <summary>The names of the servers on the command line.</summary>
    public static readonly IReadOnlyList<string> Ids = ["c-epoll", "textbook", "inlined", "kestrel",
        "echoserver", "native"];

    /// <summary>Creates the candidates with the given names.</summary>
    /// <param name="ids">The servers to compare.</param>
    /// <param name="c">The path of the server in C; null if there is no compiler.</param>
    /// <param name="native">The folder of the native programs; null if there are none.</param>
    /// <param name="also">The path of another build of EchoServer; null for none.</param>
    public static List<Candidate> Create(IReadOnlyList<string> ids, string? c, string? native = null,
        string? also = null)
    {
        var all = new List<Candidate>();
        if (c is not null)
        {
            all.AddRange(
                CBufferSizes.Select(size => new Candidate(
                    "c-epoll", $"C, epoll, {new ByteSize(size)}", [c, "0", $"{size}"])
                {
                    Role = size == SameSize ? Role.C : Role.COtherBuffer,
                    OnlyIfSizeMatters = size != SameSize,
                }));
        }

        string[] textbook = [Programs.Ours("Benchmarks"), "serve", "textbook", "--port", "0", "--stop-with-stdin"];
        all.Add(new("textbook", "textbook", textbook) { Role = Role.Textbook });
        all.Add(new("inlined", "textbook, inlined",
            ["env", "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1", .. textbook])
        { Role = Role.Textbook });
        all.Add(new("kestrel", "Kestrel",
            [Programs.Ours("Benchmarks"), "serve", "kestrel", "--port", "0", "--stop-with-stdin"]));
        all.Add(
            new("echoserver", "EchoServer", EchoServer(Programs.Ours("EchoServer"), "warning")) { Role = Role.Ours });
        if (native is not null)
            all.Add(new("native", "EchoServer, native", EchoServer(Path.Combine(native, "EchoServer"), "warning")));
        if (also is not null) all.Add(new("echoserver", "EchoServer, other build", EchoServer(also, "warning")));
        return [.. all.Where(candidate => ids.Contains(candidate.Id))];
    }

    /// <summary>The command that runs EchoServer as a plain echo server.</summary>
    public static string[] EchoServer(string program, string level) =>
        [program, "--port", "0", "--think", "0", "--log-level", level, "--stop-with-stdin"];
}
