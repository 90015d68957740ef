using Serilog.Events;
using Serilog.Parsing;

namespace TcpClose.Events;

/// <summary>The message template of each event. The text names the call, and sometimes its segment.</summary>
internal static class EventTemplates
{
    public static readonly MessageTemplate
        Listening = Parse("Listen on {Local:l}"),
        Connecting = Parse("about to Connect: SYN to {Remote:l}"),
        Connected = Parse("Connect: SYN ACK received"),
        Accepted = Parse("Accept: from {Remote:l}"),
        Sent = Parse("Send: {Count} bytes {Payload:l}"),
        SentInAll = Parse("Send: {Bytes} bytes in total, {Calls} calls"),
        Received = Parse("Receive: {Count} bytes {Payload:l}"),
        ReceivedAfterFin = Parse("Receive: {Count} bytes, after our FIN"),
        ReceivedInAll = Parse("Receive: {Bytes} bytes in total, {Calls} calls"),
        FinQueued = Parse("Shutdown(Send): FIN queued"),
        FinRead = Parse("Receive returned 0: the {Peer:l}'s FIN"),
        ResetReceived = Parse("{How:l}: RST from the {Peer:l}"),
        Aborted = Parse(CallOutcomes.Abort + ": {Cause:l}"),
        ConnectionTimedOut = Parse("timed out: {Cause:l}"),
        SocketClosed = Parse("Close: the descriptor is closed"),
        TimeWait = Parse("kernel: port {Port} is not free yet"),
        TimeWaitLeft = Parse("kernel: port {Port} is free in {LeftSeconds:0.0} s"),
        KernelReleased = Parse("kernel: TIME-WAIT ended after {LastedSeconds:0.0} s"),
        Result = Parse("result: {Sentence:l}"),
        Note = Parse("{Sentence:l}");

    private static MessageTemplate Parse(string template) => new MessageTemplateParser().Parse(template);
}
