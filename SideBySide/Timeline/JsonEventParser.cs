using System.Globalization;
using System.Text.Json;
using Serilog.Events;
using Serilog.Parsing;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>Parses a line of a console's JSON, so that it can be printed as the console would print it.</summary>
public static class JsonEventParser
{
    private static readonly MessageTemplateParser Templates = new();

    /// <summary>Returns the event; null if the line is not an event.</summary>
    public static LogEvent? Parse(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            IEnumerable<LogEventProperty> properties = root.GetProperty("Properties").EnumerateObject()
                .Select(p => new LogEventProperty(p.Name, new ScalarValue(Value(p.Value))));
            return new LogEvent(
                root.GetProperty("Timestamp").GetDateTimeOffset(),
                Enum.Parse<LogEventLevel>(root.GetProperty("Level").GetString()!),
                exception: null,
                Templates.Parse(root.GetProperty("MessageTemplate").GetString()!),
                properties);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or ArgumentException
            or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether an event is of a phase.</summary>
    public static bool Is(this LogEvent logEvent, ClosePhase phase) => logEvent.Get<string>("Phase") == $"{phase}";

    /// <summary>A property's value; if there is none, null, or 0 for a number.</summary>
    public static T? Get<T>(this LogEvent logEvent, string property) =>
        logEvent.Properties.TryGetValue(property, out LogEventPropertyValue? value)
            && value is ScalarValue { Value: { } known }
            ? (T)Convert.ChangeType(known, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T),
                CultureInfo.InvariantCulture)
            : default;

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out long whole) ? whole : value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
