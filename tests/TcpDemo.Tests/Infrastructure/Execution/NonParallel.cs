namespace TcpDemo.Tests.Infrastructure.Execution;

/// <summary>
/// Tests that do not run in parallel with others: those that measure times or processor use, and those that depend on
/// the moment of a close. A process that another test starts inherits all sockets of this process, and holds them until
/// exec. Until then, a socket that this process closes stays open in the kernel.
/// </summary>
[CollectionDefinition(nameof(NonParallel), DisableParallelization = true)]
public sealed class NonParallel;
