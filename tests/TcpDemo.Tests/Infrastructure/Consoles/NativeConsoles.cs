namespace TcpDemo.Tests.Infrastructure.Consoles;

/// <summary>The consoles, published with <c>dotnet publish</c>, each to its own folder.</summary>
public sealed class NativeConsoles : IAsyncLifetime, IDisposable
{
    // The dotnet that runs the tests. If root runs them, PATH may not contain it.
    private static readonly string DotNet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static readonly TimeSpan PublishLimit = TimeSpan.FromMinutes(10);

    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder of a published console.</summary>
    public string FolderOf(string console) => _folder / console;

    /// <summary>The path of a published console.</summary>
    public string this[string console] => Path.Combine(FolderOf(console), console);

    public async Task InitializeAsync()
    {
        // xunit creates the fixture even if the tests are skipped.
        if (ConditionalFactAttribute.Why(Needs.NativeCompiler, []) is not null) return;
        foreach (string console in (string[])["EchoServer", "EchoClient", "PathCheck"])
            await PublishAsync(console, FolderOf(console));
    }

    /// <summary>Publishes a console to a folder.</summary>
    public async Task PublishAsync(string console, string folder, params string[] properties)
    {
        Programs.Result publish = await Programs.RunAsync(DotNet, ["publish", Path.Combine(Repository.Root, console),
            "--artifacts-path", _folder / "artifacts", "-o", folder, "--disable-build-servers", .. properties],
            limit: PublishLimit);
        Assert.True(publish.ExitCode == 0, publish.Output + publish.Errors);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();
}
