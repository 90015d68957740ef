using System.Net.NetworkInformation;
using TcpClose.Kernel;

namespace TcpDemo.Tests.TcpClose.Kernel;

/// <summary>Each system's numbers for the states of TCP, and the RFC's names for them.</summary>
public sealed class StateNamesTests
{
    [Fact]
    public void EveryStateHasTheRfcsName() =>
        Assert.Equal(
            ["CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT",
                "CLOSING", "LAST-ACK", "TIME-WAIT"],
            Enum.GetValues<TcpState>().Where(s => s is not TcpState.Unknown and not TcpState.DeleteTcb)
                .Select(s => StateNames.Name(s)));

    [Fact]
    public void TheNumbersOfEachSystemMatchItsHeaders()
    {
        static string Names(Func<int, TcpState?> system, int first) =>
            string.Join(' ', Enumerable.Range(first, 11).Select(number => StateNames.Name(system(number))));

        Assert.Equal(
            "ESTABLISHED SYN-SENT SYN-RECEIVED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSED CLOSE-WAIT LAST-ACK LISTEN "
                + "CLOSING",
            Names(StateNames.FromLinux, 1));
        Assert.Equal(
            "CLOSED LISTEN SYN-SENT SYN-RECEIVED ESTABLISHED CLOSE-WAIT FIN-WAIT-1 CLOSING LAST-ACK FIN-WAIT-2 "
                + "TIME-WAIT",
            Names(StateNames.FromMacOS, 0));
        Assert.Equal(
            "CLOSED LISTEN SYN-SENT SYN-RECEIVED ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 CLOSE-WAIT CLOSING LAST-ACK "
                + "TIME-WAIT",
            Names(StateNames.FromWindows, 0));
        foreach (Func<int, TcpState?> system in (Func<int, TcpState?>[])[StateNames.FromLinux, StateNames.FromMacOS,
            StateNames.FromWindows])
        {
            Assert.Equal(11, Enumerable.Range(-1, 20).Select(system).OfType<TcpState>().Distinct().Count());
            Assert.Null(system(-1));
            Assert.Null(system(99));
        }
    }
}
