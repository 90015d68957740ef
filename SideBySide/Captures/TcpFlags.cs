namespace SideBySide.Captures;

/// <summary>The control bits of a segment, as on the wire (RFC 9293 3.1).</summary>
[Flags]
internal enum TcpFlags : byte
{
    None = 0,
    Fin = 1,
    Syn = 2,
    Rst = 4,
    Psh = 8,
    Ack = 16,
    Urg = 32,
}
