namespace TcpDemo.Tests.Architecture;

/// <summary>
/// Only the consoles and PathCheck decide when to call <c>Shutdown</c>. In TcpClose only ObservedSocket and its parts
/// act on a connection. The compiler enforces the second rule with TcpClose/BannedSymbols.txt, and a test limits the
/// exempt files.
/// </summary>
public sealed class OnlyTheConsolesDecideTests
{
    [Fact]
    public void OnlyTheClosesCallShutdown()
    {
        string[] callers = [.. FilesWith("Shutdown(SocketShutdown.", "TcpClose", "EchoServer", "EchoClient",
            "PathCheck", "SideBySide")];
        Assert.Contains("EchoClient/ActiveClose.cs", callers);
        Assert.Contains("EchoServer/PassiveClose.cs", callers);
        Assert.All(callers,
            file =>
                Assert.Matches(@"^(EchoClient/ActiveClose|EchoServer/PassiveClose|Echo(Client|Server)/Scenarios/\w+|"
                    + @"PathCheck/(Checks/\w+|Relaying)/\w+)\.cs$", file));
    }

    [Fact]
    public void InTcpCloseOnlyObservedSocketAndItsPartsMayActOnAConnection()
    {
        string rules = File.ReadAllText(Path.Combine(Repository.Root, ".editorconfig"));
        Assert.Contains(
            "[TcpClose/{Sockets/ObservedSocket,Sockets/SocketCloser,Sockets/ReceiveBuffer,Kernel/SockDiag}.cs]\n"
                + "dotnet_diagnostic.RS0030.severity = none\n",
            rules.ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
        Assert.Equal(2, rules.Split("RS0030").Length);
        Assert.Empty(FilesWith("RS0030", "TcpClose"));
    }

    private static IEnumerable<string> FilesWith(string text, params string[] projects) =>
        from project in projects
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, project), "*.cs",
            SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')
        where !name.Contains("/obj/", StringComparison.Ordinal)
            && File.ReadAllText(file).Contains(text, StringComparison.Ordinal)
        orderby name
        select name;
}
