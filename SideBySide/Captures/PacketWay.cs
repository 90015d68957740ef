namespace SideBySide.Captures;

/// <summary>Which way a packet went at the capturing host.</summary>
internal enum PacketWay : byte
{
    /// <summary>The capture does not show it.</summary>
    Unknown,

    /// <summary>The host received it.</summary>
    In,

    /// <summary>The host sent or forwarded it.</summary>
    Out,
}
