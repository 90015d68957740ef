using Serilog.Events;
using TcpClose.Events;

namespace EchoServer.Hosting;

/// <summary>
/// Catches exceptions that no client should be able to cause. Each is a defect of this program. It is logged, and it
/// ends neither the process nor another connection.
/// </summary>
internal sealed class ExceptionBarrier(CloseLog log)
{
    /// <summary>Logs a defect.</summary>
    public void Report(Exception defect) =>
        log.Note(LogEventLevel.Error, $"defect: {defect.GetType().Name}, {defect.Message}");

    /// <summary>Runs an action. An exception is logged and not rethrown.</summary>
    /// <param name="target">
    /// The argument of <paramref name="action"/>. It is passed separately, so that the action needs no closure.
    /// </param>
    /// <param name="action">The action.</param>
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
