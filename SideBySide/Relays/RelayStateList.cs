namespace SideBySide.Relays;

/// <summary>
/// The states of a relay's sockets, in the order of their readings. Of equal readings in a row, only the first and the
/// last are kept.
/// </summary>
internal sealed class RelayStateList
{
    private readonly List<RelayState> _states = [];

    /// <summary>The states so far.</summary>
    public IReadOnlyList<RelayState> All
    {
        get
        {
            lock (_states) return [.. _states];
        }
    }

    /// <summary>Adds a reading.</summary>
    public void Add(RelayState state)
    {
        lock (_states)
        {
            int last = _states.FindLastIndex(s => s.IsSameSocket(state)),
                before = last > 0 ? _states.FindLastIndex(last - 1, s => s.IsSameSocket(state)) : -1;
            if (before >= 0 && _states[last].State == state.State && _states[before].State == state.State)
                _states.RemoveAt(last);
            _states.Add(state);
        }
    }
}
