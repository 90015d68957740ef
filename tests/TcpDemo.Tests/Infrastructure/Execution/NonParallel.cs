namespace TcpDemo.Tests.Infrastructure.Execution;

/// <summary>
/// Tests that do not run in parallel with others: those that measure times or processor use, and those that depend on
/// the moment of a close. A process that another test starts has copies of all sockets of this process until it
/// executes its own program. If this process closes a socket in that interval, the socket stays open in the kernel
/// until the interval ends.
/// </summary>
[CollectionDefinition(nameof(NonParallel), DisableParallelization = true)]
public sealed class NonParallel;
