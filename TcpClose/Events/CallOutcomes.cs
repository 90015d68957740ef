namespace TcpClose.Events;

/// <summary>The words with which events name how a call ended; a reader of the events compares with these.</summary>
public static class CallOutcomes
{
    /// <summary>The call that met a RST, as the property <c>How</c> names it.</summary>
    public const string ConnectFailed = "Connect failed", SendFailed = "Send failed", ReceiveFailed = "Receive failed",
        OptionFailed = "setting a socket option failed";

    /// <summary>The first words of an event for an abort of our own, unlike one for a time-out of the kernel.</summary>
    public const string Abort = "abort (RST)";
}
