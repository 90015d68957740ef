using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SideBySide;

namespace TcpDemo.Tests.Witness;

/// <summary>A relay that this project did not write, on a free port of loopback, in front of a server.</summary>
public sealed class RealRelay : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private RealRelay(Func<int, TemporaryFolder, (string Program, string[] Arguments)> relay)
    {
        using (Socket free = Pair.Listen()) Port = ((IPEndPoint)free.LocalEndPoint!).Port;
        (string program, string[] arguments) = relay(Port, _folder);
        _process = ConsoleProcess.StartProgram(program, arguments);
    }

    public int Port { get; }

    public static Task<RealRelay> SocatAsync(int server, params string[] arguments) => StartAsync((port, _) =>
        ("socat", [.. arguments, $"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork", $"TCP:127.0.0.1:{server}"]));

    /// <summary>Its stream module, which Debian packs apart.</summary>
    public static Task<RealRelay> NginxAsync(int server, string options) => StartAsync((port, folder) =>
    {
        File.WriteAllText(folder / "nginx.conf", $$"""
            load_module modules/ngx_stream_module.so;
            daemon off;
            master_process off;
            pid {{folder / "nginx.pid"}};
            error_log stderr;
            events { }
            stream {
                server { listen 127.0.0.1:{{port}}; proxy_pass 127.0.0.1:{{server}}; {{options}} }
            }
            """);
        return ("nginx", ["-c", folder / "nginx.conf"]);
    });

    public static Task<RealRelay> HaproxyAsync(int server, string options) => StartAsync((port, folder) =>
    {
        File.WriteAllText(folder / "haproxy.cfg", $"""
            defaults
                mode tcp
                timeout connect 30s
                timeout client 30s
                timeout server 30s
                {options}
            listen relay
                bind 127.0.0.1:{port}
                server echo 127.0.0.1:{server}

            """);
        return ("haproxy", ["-db", "-f", folder / "haproxy.cfg"]);
    });

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().Soon();
        _process.Dispose();
        _folder.Dispose();
    }

    private static async Task<RealRelay> StartAsync(Func<int, TemporaryFolder, (string Program, string[] Arguments)> relay)
    {
        var started = new RealRelay(relay);
        try
        {
            await Until.TrueAsync(started.Listens, () => "the relay did not come up" + (started._process.HasExited ? ": " + started._process.StandardError.ReadToEnd() : ""));
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    private bool Listens()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
