namespace TcpDemo.Tests.Infrastructure.Execution;

/// <summary>
/// Tests that do not run in parallel with others: those that measure times or processor use, and those that depend on
/// the moment of a close. A process that another test starts has copies of all sockets of this process until it
/// executes its own program. A socket that is closed in that interval stays open in the kernel until then.
/// </summary>
[CollectionDefinition(nameof(NonParallel), DisableParallelization = true)]
public sealed class NonParallel;
