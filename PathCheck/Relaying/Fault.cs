namespace PathCheck.Relaying;

/// <summary>
/// What the relay does with one direction of one connection. This class forwards everything as it comes; each fault is
/// a derived class.
/// </summary>
internal class Fault
{
    /// <summary>Called once, before the first byte.</summary>
    public virtual void OnStart(RelayDirection direction)
    {
    }

    /// <summary>Bytes have been received. They are valid until the method has completed.</summary>
    public virtual ValueTask OnDataAsync(RelayDirection direction, ReadOnlyMemory<byte> bytes) =>
        direction.ForwardAsync(bytes);

    /// <summary>The sender's FIN has been read.</summary>
    public virtual Task OnFinAsync(RelayDirection direction)
    {
        direction.ForwardFin();
        return Task.CompletedTask;
    }

    /// <summary>The sender has reset the connection.</summary>
    public virtual Task OnResetAsync(RelayDirection direction)
    {
        direction.ForwardReset();
        return Task.CompletedTask;
    }
}
