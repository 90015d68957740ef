using System.Collections.Concurrent;
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("TcpDemo.Tests.Infrastructure.Execution.TestLimit", "TcpDemo.Tests")]

namespace TcpDemo.Tests.Infrastructure.Execution;

/// <summary>
/// The maximum duration of one test. If a test takes longer, the run is aborted, and the error names the test. Unlike
/// <c>[Fact(Timeout)]</c>, the limit also applies to tests that block a thread or run in parallel.
/// </summary>
public sealed class TestLimit : XunitTestFramework
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(EnduranceLevel.IsFull ? 120 : 30);

    /// <summary>Called by xunit before the first test.</summary>
    /// <param name="diagnostics">Receives the problems of the framework itself.</param>
    public TestLimit(IMessageSink diagnostics)
        : base(diagnostics) => InterruptSignal.Restore();

    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assembly, ISourceInformationProvider source, IMessageSink diagnostics)
        : XunitTestFrameworkExecutor(assembly, source, diagnostics)
    {
        protected override void RunTestCases(
            IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink,
            ITestFrameworkExecutionOptions executionOptions) =>
            base.RunTestCases(testCases, new Watch(executionMessageSink), executionOptions);
    }

    /// <summary>Forwards all messages and keeps a timer for each running test.</summary>
    private sealed class Watch(IMessageSink next) : LongLivedMarshalByRefObject, IMessageSink
    {
        private readonly ConcurrentDictionary<ITest, Timer> _running = new();

        public bool OnMessage(IMessageSinkMessage message)
        {
            if (message is ITestStarting starting)
                _running[starting.Test] = new Timer(Abort, starting.Test.DisplayName, Limit, Timeout.InfiniteTimeSpan);
            else if (message is ITestFinished finished && _running.TryRemove(finished.Test, out Timer? timer))
                timer.Dispose();
            return next.OnMessage(message);
        }

        private static void Abort(object? test) =>
            Environment.FailFast(
                $"The test {test} has run for {Limit.TotalMinutes} minutes: it hangs, and the run is aborted.");
    }
}
