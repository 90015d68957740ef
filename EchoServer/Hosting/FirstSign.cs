namespace EchoServer.Hosting;

/// <summary>What a client is first heard of with.</summary>
internal enum FirstSign
{
    Byte,
    Fin,
    Reset,

    /// <summary>Nothing ever came of it.</summary>
    None,
}
