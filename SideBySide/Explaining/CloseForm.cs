namespace SideBySide.Explaining;

/// <summary>How a connection of a capture ended.</summary>
internal enum CloseForm
{
    /// <summary>No FIN and no RST.</summary>
    Open,

    /// <summary>One end sent a FIN, and the other none.</summary>
    HalfClosed,

    /// <summary>FIN, ACK, FIN, ACK.</summary>
    FourSegments,

    /// <summary>FIN, FIN ACK, ACK.</summary>
    ThreeSegments,

    /// <summary>Both ends sent a FIN before the other's had arrived.</summary>
    CrossedFins,

    /// <summary>A RST came before both FINs had been acknowledged.</summary>
    Reset,
}
