using Serilog;
using Serilog.Events;

namespace TcpClose;

/// <summary>One event in the making: the properties that every event has, then those that it adds.</summary>
internal readonly struct CloseEvent
{
    private readonly ILogger _logger;
    private readonly DateTimeOffset _at;
    private readonly List<LogEventProperty> _properties = new(16);

    /// <summary>Begins an event; the caller has made sure that its level is enabled.</summary>
    public CloseEvent(ILogger logger, Side side, ObservedConnection? connection, DateTimeOffset at)
    {
        _logger = logger;
        _at = at;
        Add("Side", side == Side.Client ? "client" : "server");
        // The client's port: the same in both consoles, in `ss` and in a capture.
        Add("Connection", (side == Side.Client ? connection?.Local : connection?.Remote)?.Port);
        Add("Local", connection?.LocalName);
        Add("Remote", connection?.RemoteName);
        Add("ElapsedMs", connection is null ? null : Math.Round((Clock.Now - connection.BeganAt) / 1e6, 3));
    }

    public CloseEvent Add(string name, object? value)
    {
        _properties.Add(new LogEventProperty(name, new ScalarValue(value)));
        return this;
    }

    public void Write(LogEventLevel level, MessageTemplate words)
    {
        if (_properties.TrueForAll(p => p.Name != "Bytes")) Add("Bytes", null);    // no direction's event
        _logger.Write(new LogEvent(_at, level, null, words, _properties));
    }
}
