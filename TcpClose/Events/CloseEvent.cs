using System.Net;
using Serilog;
using Serilog.Events;

namespace TcpClose.Events;

/// <summary>Builds an event: first the properties that every event has, then those of its kind.</summary>
internal readonly struct CloseEvent
{
    private static readonly LogEventProperty NoBytes = Property("Bytes", null);

    private readonly ILogger _logger;
    private readonly LogEvent _event;

    // The caller has checked that the level is enabled. ElapsedMs ends when the call returned, not when the event is
    // written.
    public CloseEvent(
        ILogger logger,
        LogEventLevel level,
        MessageTemplate words,
        Side side,
        ObservedConnection? connection,
        DateTimeOffset at,
        long returnedAt)
    {
        _logger = logger;
        _event = new LogEvent(at, level, exception: null, words,
            connection?.LogProperties ?? Properties(side, local: null, remote: null));
        Add("ElapsedMs", connection is null ? null : Math.Round((returnedAt - connection.BeganAt) / 1e6, 3));
    }

    /// <summary>The properties that identify the connection. An unknown endpoint is null.</summary>
    public static LogEventProperty[] Properties(Side side, IPEndPoint? local, IPEndPoint? remote) =>
    [
        Property("Side", side.Name()),
        // The client's port: the same in both consoles, in `ss` and in a capture.
        Property("Connection", (side == Side.Client ? local : remote)?.Port),
        Property("Local", local?.ToString()),
        Property("Remote", remote?.ToString()),
    ];

    public CloseEvent Add(string name, object? value)
    {
        _event.AddOrUpdateProperty(Property(name, value));
        return this;
    }

    public void Write()
    {
        _event.AddPropertyIfAbsent(NoBytes);    // an event that belongs to neither direction
        _logger.Write(_event);
    }

    private static LogEventProperty Property(string name, object? value) => new(name, new ScalarValue(value));
}
