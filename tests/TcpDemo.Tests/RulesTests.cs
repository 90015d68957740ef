using System.Net.Sockets;
using System.Reflection;
using System.Reflection.Emit;
using TcpClose.Sockets;

namespace TcpDemo.Tests;

/// <summary>The consoles act, TcpClose only observes.</summary>
public sealed class RulesTests
{
    private static readonly string[] Acts =
        ["Connect", "ConnectAsync", "Accept", "AcceptAsync", "Send", "SendAsync", "SendTo", "Receive", "ReceiveAsync", "Shutdown", "Close", "Disconnect", "Dispose"];

    private static readonly Type[] Owners = [typeof(Socket), typeof(NetworkStream), typeof(TcpClient), typeof(SafeSocketHandle)];

    [Fact]
    public void TcpCloseCallsNothingThatMovesAConnection()
    {
        // SockDiag's socket is a netlink socket: it talks to the kernel, not to a peer.
        List<string> found = [.. SocketCalls(typeof(CloseLog).Assembly).Where(c => !c.StartsWith("TcpClose.Kernel.SockDiag.", StringComparison.Ordinal))];
        Assert.Empty(found);
    }

    [Fact]
    public void TheRuleFindsTheCallsInTheConsoles()
    {
        Assert.Contains(SocketCalls(typeof(EchoClient.ClientOptions).Assembly), c => c.StartsWith("EchoClient.ActiveClose", StringComparison.Ordinal) && c.EndsWith("Socket.Shutdown", StringComparison.Ordinal));
        Assert.Contains(SocketCalls(typeof(EchoServer.ServerOptions).Assembly), c => c.StartsWith("EchoServer.PassiveClose", StringComparison.Ordinal) && c.EndsWith("Socket.Shutdown", StringComparison.Ordinal));
    }

    [Fact]
    public void NoTypeHasTheNameOfItsNamespace() =>
        Assert.DoesNotContain(
            new[] { typeof(CloseLog), typeof(EchoClient.ClientOptions), typeof(EchoServer.ServerOptions) }.SelectMany(t => t.Assembly.GetTypes()),
            t => t.Name == t.Namespace);

    private static IEnumerable<string> SocketCalls(Assembly assembly)
    {
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return
            from type in assembly.GetTypes()
            from method in type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All))
            from called in Calls(method)
            where called.DeclaringType is { } owner && Owners.Any(o => o.IsAssignableFrom(owner)) && Acts.Contains(called.Name)
            select $"{type.FullName}.{method.Name} calls {called.DeclaringType!.Name}.{called.Name}";
    }

    // Every method token behind a call instruction. A byte that only looks like one resolves to nothing, or to no socket.
    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        byte[] il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int i = 0; i + 4 < il.Length; i++)
        {
            if (il[i] != OpCodes.Call.Value && il[i] != OpCodes.Callvirt.Value) continue;
            MethodBase? called = null;
            try
            {
                called = method.Module.ResolveMethod(BitConverter.ToInt32(il, i + 1), method.DeclaringType?.GetGenericArguments(), null);
            }
            catch (Exception e) when (e is ArgumentException or BadImageFormatException)
            {
            }

            if (called is not null) yield return called;
        }
    }
}
