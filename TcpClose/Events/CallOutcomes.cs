namespace TcpClose.Events;

/// <summary>The words for how a call ended, in events and in the code that reads them.</summary>
public static class CallOutcomes
{
    /// <summary>Values of the property <c>How</c>: the call that failed because of a RST.</summary>
    public const string ConnectFailed = "Connect failed", SendFailed = "Send failed", ReceiveFailed = "Receive failed",
        OptionFailed = "setting a socket option failed";

    /// <summary>
    /// The first words of the event for our own abort. A time-out in the kernel has the same phase, but other words.
    /// </summary>
    public const string Abort = "abort (RST)";
}
