namespace Benchmarks.Candidates;

/// <summary>One of the servers that are compared.</summary>
/// <param name="Id">What <c>--servers</c> calls it.</param>
/// <param name="Name">What the table calls it.</param>
/// <param name="Command">The program and its arguments; it says its port in its first line and ends with its standard
/// input.</param>
internal sealed record Candidate(string Id, string Name, IReadOnlyList<string> Command)
{
    /// <summary>What it is for the comparison.</summary>
    public Role Role { get; init; } = Role.Other;

    /// <summary>Whether it differs from another in the size of its buffer only, and runs where that matters.</summary>
    public bool OnlyWhereSizeMatters { get; init; }
}

/// <summary>What a server is for the comparison.</summary>
internal enum Role
{
    /// <summary>Compared; no other server is judged by it.</summary>
    Other,

    /// <summary>The program that is judged by its targets.</summary>
    Ours,

    /// <summary>C with the buffer that is as large as ours.</summary>
    C,

    /// <summary>C with another buffer.</summary>
    COfAnotherSize,

    /// <summary>A .NET server as in a textbook.</summary>
    Textbook,
}
