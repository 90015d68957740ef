using Serilog.Events;
using TcpClose.Events;

namespace EchoServer.Hosting;

/// <summary>
/// Catches and logs exceptions that are defects of this program. They end neither the process nor another connection.
/// </summary>
internal sealed class ExceptionBarrier(CloseLog log)
{
    /// <summary>Logs a defect.</summary>
    public void Report(Exception defect) =>
        log.Note(LogEventLevel.Error, $"defect: {defect.GetType().Name}, {defect.Message}");

    /// <summary>
    /// Runs an action. An exception is logged, not rethrown. Passing <paramref name="target"/> avoids a closure.
    /// </summary>
    public void Guard<T>(T target, Action<T> action)
    {
        try
        {
            action(target);
        }
        catch (Exception defect)
        {
            Report(defect);
        }
    }
}
