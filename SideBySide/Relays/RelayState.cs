using System.Globalization;
using System.Net.NetworkInformation;
using TcpClose.Kernel;

namespace SideBySide.Relays;

/// <summary>A state of one of a relay's sockets, and when it was read, in nanoseconds on the monotonic clock.</summary>
internal readonly record struct RelayState(long At, int LocalPort, int RemotePort, TcpState State)
{
    /// <summary>Whether another state belongs to the same socket.</summary>
    public bool IsSameSocket(RelayState other) => other.LocalPort == LocalPort && other.RemotePort == RemotePort;

    /// <summary>The state as a line that <see cref="Parse"/> reads.</summary>
    public string ToLine() =>
        string.Create(CultureInfo.InvariantCulture, $"{At} {LocalPort} {RemotePort} {StateNames.Name(State)}");

    /// <summary>Parses a line of <see cref="ToLine"/>; null for any other line.</summary>
    public static RelayState? Parse(string line)
    {
        string[] words = line.Split(' ');
        return words.Length == 4 && StateNames.Parse(words[3]) is { } state
            && long.TryParse(words[0], CultureInfo.InvariantCulture, out long at)
            && int.TryParse(words[1], CultureInfo.InvariantCulture, out int local)
            && int.TryParse(words[2], CultureInfo.InvariantCulture, out int remote)
            ? new RelayState(at, local, remote, state)
            : null;
    }
}
