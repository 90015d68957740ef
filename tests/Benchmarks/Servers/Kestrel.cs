using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Benchmarks.Servers;

/// <summary>An echo server on Kestrel's connections, without HTTP.</summary>
internal static class Kestrel
{
    public static async Task ServeAsync(int port, CancellationToken stop)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseConnectionHandler<Echo>()));
        // Like the other servers, use the longest possible backlog. The default of 512 would limit the benchmark.
        builder.WebHost.UseSockets(sockets => sockets.Backlog = int.MaxValue);

        await using WebApplication application = builder.Build();
        await application.StartAsync(stop);
        string address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        Console.WriteLine($"listening on {new Uri(address).Port}");
        await Task.Delay(Timeout.Infinite, stop);
    }

    private sealed class Echo : ConnectionHandler
    {
        // WriteAsync waits while the client does not read. Returning sends the remaining bytes, and then the FIN.
        public override async Task OnConnectedAsync(ConnectionContext connection)
        {
            try
            {
                for (bool ended = false; !ended;)
                {
                    System.IO.Pipelines.ReadResult read = await connection.Transport.Input.ReadAsync();
                    foreach (ReadOnlyMemory<byte> part in read.Buffer)
                        await connection.Transport.Output.WriteAsync(part);
                    connection.Transport.Input.AdvanceTo(read.Buffer.End);
                    ended = read.IsCompleted;
                }
            }
            catch (ConnectionResetException)
            {
                // The client has reset the connection.
            }
        }
    }
}
