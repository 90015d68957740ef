using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TcpDemo.Tests.Infrastructure.Browser;

/// <summary>Controls a tab with the Chrome DevTools protocol, one command at a time.</summary>
internal sealed class DevTools : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly List<string> _problems = [];
    private int _id;

    private DevTools()
    {
    }

    /// <summary>The exceptions, console messages and dialogs so far.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Connects to a tab.</summary>
    public static async Task<DevTools> ConnectAsync(Uri tab)
    {
        var tools = new DevTools();
        await tools._socket.ConnectAsync(tab, CancellationToken.None).WithTimeout();
        foreach (string domain in (string[])["Page", "Runtime", "Log"]) await tools.CallAsync($"{domain}.enable");
        return tools;
    }

    /// <summary>Calls a method of the protocol, and returns its result.</summary>
    public async Task<JsonElement> CallAsync(string method, JsonObject? parameters = null)
    {
        var call = new JsonObject { ["id"] = ++_id, ["method"] = method, ["params"] = parameters };
        await _socket.SendAsync(Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text,
            endOfMessage: true, CancellationToken.None).WithTimeout();
        while (true)
        {
            JsonElement received = await ReceiveAsync().WithTimeout();
            if (received.TryGetProperty("id", out JsonElement id) && id.GetInt32() == _id)
            {
                Assert.False(received.TryGetProperty("error", out JsonElement error), $"{method}: {error}");
                return received.GetProperty("result");
            }

            Remember(received);
        }
    }

    public void Dispose() => _socket.Dispose();

    // Console messages are problems, too: our pages write none.
    private void Remember(JsonElement received)
    {
        if (received.GetProperty("method").GetString() is "Runtime.exceptionThrown" or "Runtime.consoleAPICalled"
            or "Log.entryAdded" or "Page.javascriptDialogOpening")
            _problems.Add(received.GetRawText());
    }

    private async Task<JsonElement> ReceiveAsync()
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonDocument.Parse(message.ToArray()).RootElement;
    }
}
