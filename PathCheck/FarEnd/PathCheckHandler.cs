using System.Text;
using EchoServer;
using EchoServer.Handlers;
using EchoServer.Hosting;
using EchoServer.Scenarios;
using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Protocol;
using TcpClose.Sockets;

namespace PathCheck.FarEnd;

/// <summary>
/// Serves a connection as its first line requests: runs the far end's half of a check, or sends information.
/// </summary>
internal sealed class PathCheckHandler(ServerOptions options) : IConnectionHandler
{
    private const string NoRequest = "this is the far end of PathCheck: start \"PathCheck run\" at the near end";
    private static readonly RequestLineReader Requests = new(PathRequest.Preamble);

    private readonly ConnectionRecords _records = new(TimeProvider.System, PauseDetector.OfProcess);
    private readonly BytelessConnections _byteless = new(TimeProvider.System, PauseDetector.OfProcess);

    private readonly RequestShare _share = new(Math.Clamp(options.MaxConnections / 2, 1, 512));

    public async Task RunAsync(ObservedSocket socket)
    {
        BytelessConnections.Entry byteless = _byteless.Add();
        socket.Attach(byteless);
        RequestLineResult first = await Requests.ReadAsync(socket, options.IdleTimeout);
        string? refused = first.Refused;
        PathRequest? request = first.Line is { } line ? PathRequest.Parse(line.Span, out refused) : null;
        if (request is not null) await AnswerAsync(socket, request, first.Rest);
        else if (refused is null && socket.BytesReceived == 0) await FinWithoutData.AnswerAsync(socket, byteless.Id);
        else await RejectAsync(socket, refused ?? await DescribeAsync(socket));
    }

    // A relay may begin each connection with a PROXY header.
    private static async Task<string> DescribeAsync(ObservedSocket socket)
    {
        ReadOnlyMemory<byte> first = await socket.ReceiveAsync();
        return first.Span.StartsWith("PROXY "u8) || first.Span.StartsWith("\r\n\r\n\0\r\nQUIT\n"u8)
            ? PathRequest.ProxyHeader
            : NoRequest;
    }

    private async Task AnswerAsync(ObservedSocket socket, PathRequest request, ReadOnlyMemory<byte> rest)
    {
        if (request is { Name: PathRequest.Claim, Id: { } claimed }) _byteless.Claim(claimed);
        byte[]? answer = request switch
        {
            { Name: PathRequest.Info or PathRequest.Claim } => FarEndInfo.Own.ToLine(),
            { Name: PathRequest.Report, Id: { } id } => _records.ReportOf(id).ToLine(),
            { Name: PathRequest.Byteless } => _byteless.ToReport(request.Hold).ToLine(),
            _ => null,
        };
        if (answer is not null) await LingeringClose.SendAndCloseAsync(socket, answer);
        else if (CheckTable.Find(request.Name) is { } check) await ServeAsync(socket, check, request, rest);
        else await RejectAsync(socket, $"no such check: use one of {string.Join(", ", CheckTable.Keys)}");
    }

    private async Task ServeAsync(ObservedSocket socket, Check check, PathRequest request, ReadOnlyMemory<byte> rest)
    {
        if (_records.Begin(request.Id!.Value, socket) is { } record)
        {
            record.Received(0, rest.Span, afterOurFin: false);
            socket.Attach(record);
        }

        if (!await _share.TryServeAsync(() => check.ServeAsync(socket, request)))
            await RejectAsync(socket, $"{_share.Max} checks are already running, try again later");
    }

    private static Task RejectAsync(ObservedSocket socket, string reason) =>
        LingeringClose.SendAndCloseAsync(socket, Encoding.ASCII.GetBytes($"{PathRequest.ErrorPrefix}{reason}\n"));
}
