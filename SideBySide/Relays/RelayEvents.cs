using Serilog.Events;
using TcpClose.Kernel;

namespace SideBySide.Relays;

/// <summary>The states of a relay's sockets as events, as if the relay were one of the consoles.</summary>
internal static class RelayEvents
{
    /// <summary>
    /// The event of a state. The relay is the <c>server</c> on the connection with the client, and the <c>client</c> on
    /// the other one.
    /// </summary>
    public static LogEvent Of(string side, int clientPort, RelayState state) =>
        new(DateTimeOffset.UtcNow, LogEventLevel.Debug, null, MessageTemplate.Empty,
        [
            Property("Side", side), Property("Connection", clientPort),
            Property("State", StateNames.Name(state.State)), Property("StateAt", state.At),
        ]);

    private static LogEventProperty Property(string name, object? value) => new(name, new ScalarValue(value));
}
