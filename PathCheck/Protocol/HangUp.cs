namespace PathCheck.Protocol;

/// <summary>How a side hangs up while the other one is still sending to it.</summary>
internal enum HangUp
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>With linger 0, so that its kernel sends a RST.</summary>
    Abort,

    /// <summary>With <c>Close</c>. Its kernel sends a RST because of the unread bytes.</summary>
    Close,

    /// <summary>
    /// With <c>Close</c>, after the side has sent its FIN: the connection is half-closed before the hang-up.
    /// </summary>
    Finished,
}
