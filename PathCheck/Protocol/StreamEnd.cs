namespace PathCheck.Protocol;

/// <summary>How a stream ended.</summary>
internal enum StreamEnd
{
    /// <summary>No end was observed.</summary>
    Nothing,

    /// <summary>The end of stream: a FIN.</summary>
    Fin,

    /// <summary>A RST.</summary>
    Reset,
}
