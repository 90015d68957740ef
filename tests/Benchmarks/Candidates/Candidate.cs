namespace Benchmarks.Candidates;

/// <summary>A server that takes part in the comparison.</summary>
/// <param name="Id">The name for <c>--servers</c>.</param>
/// <param name="Name">The name in the tables.</param>
/// <param name="Command">
/// The program and its arguments. It prints its port, and ends when its standard input ends.
/// </param>
internal sealed record Candidate(string Id, string Name, IReadOnlyList<string> Command)
{
    public Role Role { get; init; } = Role.Other;

    /// <summary>Whether this is a variant that runs only if the buffer size matters.</summary>
    public bool OnlyIfSizeMatters { get; init; }
}

/// <summary>The role of a server in the comparison.</summary>
internal enum Role
{
    /// <summary>A server that is not part of any goal.</summary>
    Other,

    /// <summary>EchoServer, whose goals are checked.</summary>
    Ours,

    /// <summary>The server in C with the same buffer size as EchoServer.</summary>
    C,

    /// <summary>The server in C with another buffer size.</summary>
    COtherBuffer,

    /// <summary>The textbook server in .NET.</summary>
    Textbook,
}
