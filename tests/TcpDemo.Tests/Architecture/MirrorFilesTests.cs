using System.Text.RegularExpressions;

namespace TcpDemo.Tests.Architecture;

/// <summary>The client's and the server's half of a close name each other.</summary>
public sealed partial class MirrorFilesTests
{
    [Fact]
    public void EachHalfNamesTheOther()
    {
        Dictionary<string, string> mirrors = Sources("EchoClient").Concat(Sources("EchoServer"))
            .Select(file => (Name: Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'),
                Named: Mirror().Match(File.ReadAllText(file))))
            .Where(file => file.Named.Success)
            .ToDictionary(file => file.Name, file => file.Named.Groups[1].Value);
        Assert.Equal("EchoServer/PassiveClose.cs", mirrors["EchoClient/ActiveClose.cs"]);
        Assert.All(mirrors, mirror => Assert.Equal(mirror.Key, mirrors.GetValueOrDefault(mirror.Value)));
    }

    [Fact]
    public void EachScenarioOfTheServerHasAMirror()
    {
        string[] scenarios =
        [
            .. Directory.GetFiles(Path.Combine(Repository.Root, "EchoServer", "Scenarios"))
                .Select(Path.GetFileName).OfType<string>().Where(name => name != "LingeringClose.cs"),
        ];
        Assert.Contains("LateData.cs", scenarios);
        Assert.All(scenarios, name => Assert.Equal(
            $"EchoClient/Scenarios/{name}",
            Mirror().Match(File.ReadAllText(Path.Combine(Repository.Root, "EchoServer", "Scenarios", name)))
                .Groups[1].Value));
    }

    private static string[] Sources(string project) =>
        Directory.GetFiles(Path.Combine(Repository.Root, project), "*.cs", SearchOption.AllDirectories);

    [GeneratedRegex(@"mirror\s+(?:///\s+)?is\s+(?:///\s+)?<c>([\w/]+\.cs)</c>")]
    private static partial Regex Mirror();
}
