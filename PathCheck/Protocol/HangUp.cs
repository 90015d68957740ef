namespace PathCheck.Protocol;

/// <summary>How a side hangs up while the other side is still sending.</summary>
internal enum HangUp
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>With linger 0, so that its kernel sends a RST.</summary>
    Abort,

    /// <summary>With <c>Close</c>. Its kernel sends a RST because of the unread bytes.</summary>
    Close,

    /// <summary>With <c>Close</c> on a half-closed connection. The side has already sent its FIN.</summary>
    Finished,
}
