namespace TcpDemo.Tests.Infrastructure.Execution;

/// <summary>
/// Tests that do not run beside others: those that measure times or processor use, and those to which the moment of a
/// close matters. A process that another test starts holds, until it runs its own program, a copy of each socket of
/// this one, and a socket that is closed meanwhile stays open in the kernel until then.
/// </summary>
[CollectionDefinition(nameof(NonParallel), DisableParallelization = true)]
public sealed class NonParallel;
