using System.Text.RegularExpressions;

namespace TcpDemo.Tests.Architecture;

/// <summary>
/// Each folder of a project has its own namespace, and the dependencies between folders have no cycle.
/// </summary>
public sealed partial class ArchitectureTests
{
    // The rooms of each project, and the rooms that each room may use. A room is a folder, or a type of the root
    // folder. No room may use a type of the root folder that is not listed.
    private static readonly Dictionary<string, Dictionary<string, string[]>> Allowed = new()
    {
        ["TcpClose"] = new()
        {
            ["Kernel"] = [],
            ["Events"] = ["Kernel"],
            ["Sockets"] = ["Kernel", "Events"],
            ["Output"] = ["Kernel", "Events", "Sockets"],
            ["Scenarios"] = ["Kernel", "Events", "Sockets", "Output"],
            ["Cli"] = ["Kernel", "Events", "Sockets", "Output", "Scenarios"],
        },
        ["EchoServer"] = new()
        {
            ["ServerOptions"] = [],
            ["PassiveClose"] = [],
            ["Hosting"] = ["ServerOptions"],
            ["Scenarios"] = [],
            ["Handlers"] = ["ServerOptions", "PassiveClose", "Hosting", "Scenarios"],
        },
        ["EchoClient"] = new()
        {
            ["ClientOptions"] = [],
            ["Framing"] = [],
            ["Checking"] = [],
            ["ActiveClose"] = ["Checking"],
            ["Scenarios"] = ["ClientOptions", "Framing", "Checking"],
            ["Running"] = ["ClientOptions", "ActiveClose", "Checking", "Scenarios"],
        },
        ["SideBySide"] = new()
        {
            ["Tools"] = [],
            ["Tracing"] = ["Tools"],
            ["Timeline"] = ["Tracing"],
            ["Faults"] = ["Tools", "Tracing", "Timeline"],
            ["Drawing"] = ["Tracing", "Timeline"],
            ["Summary"] = ["Tracing", "Timeline", "Drawing"],
            ["Relays"] = ["Tools"],
            ["Svg"] = ["Timeline", "Drawing"],
            ["Page"] = ["Tracing", "Timeline", "Drawing", "Summary", "Svg"],
            ["Output"] = ["Tools", "Drawing", "Svg", "Page"],
            ["Captures"] = ["Tools"],
            ["Explaining"] = ["Captures", "Tracing", "Timeline", "Drawing", "Summary", "Output"],
            ["Running"] = ["Tools", "Tracing", "Timeline", "Faults", "Drawing", "Summary", "Relays", "Output"],
        },
        ["PathCheck"] = new()
        {
            ["PathCheckOptions"] = [],
            ["PauseDetector"] = [],
            ["Protocol"] = [],
            ["Classifying"] = ["Protocol"],
            ["NearEnd"] = ["PathCheckOptions", "PauseDetector", "Protocol", "Classifying"],
            ["Checks"] = ["PauseDetector", "Protocol", "Classifying", "NearEnd"],
            ["FarEnd"] = ["PauseDetector", "Protocol", "Checks"],
            ["Relaying"] = [],
            ["Faults"] = ["Classifying", "Relaying"],
            ["Reporting"] = ["PathCheckOptions", "Protocol", "Classifying", "Checks"],
            ["Diagnosing"] = ["PathCheckOptions", "Protocol", "NearEnd"],
            ["Running"] =
                ["PathCheckOptions", "Protocol", "Classifying", "NearEnd", "Checks", "Diagnosing", "Reporting"],
        },
    };

    // The projects that each project may use. SideBySide starts the consoles as programs and uses none of their types.
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["TcpClose"] = [],
        ["EchoServer"] = ["TcpClose"],
        ["EchoClient"] = ["TcpClose"],
        ["SideBySide"] = ["TcpClose"],
        ["PathCheck"] = ["EchoServer", "TcpClose"],
    };

    public static TheoryData<string> AllProjects => [.. Projects.Keys];

    [Theory]
    [MemberData(nameof(AllProjects))]
    public void AFolderUsesOnlyTheFoldersThatItMayUse(string project)
    {
        Assert.Empty(
            from file in Sources(project)
            let room = file.RoomIn(project)
            where room is not null
            from used in RoomsUsedBy(file, project)
            where used != room && !Allowed[project].GetValueOrDefault(room, []).Contains(used)
            select $"{file.Path} uses {used}, and {room} may not");
    }

    [Theory]
    [MemberData(nameof(AllProjects))]
    public void EachFolderHasARuleAndDependsOnlyOnFoldersAboveIt(string project)
    {
        IEnumerable<string> rooms = Sources(project).Select(f => f.RoomIn(project)).OfType<string>().Distinct().Order();
        Assert.Equal(Allowed[project].Keys.Order(), rooms);
        string[] order = [.. Allowed[project].Keys];
        Assert.Empty(
            from room in order
            from used in Allowed[project][room]
            where Array.IndexOf(order, used) >= Array.IndexOf(order, room)
            select $"{project}.{room} may use {used}, which is not above it in the table");
    }

    [Theory]
    [MemberData(nameof(AllProjects))]
    public void AProjectUsesOnlyTheProjectsThatItMayUse(string project) =>
        Assert.Empty(
            from file in Sources(project)
            from other in Projects.Keys.Where(p => p != project && !Projects[project].Contains(p))
            let usage = $@"^(global )?using (\w+ = )?{other}[.;]|\b{other}\.[A-Z]\w*\.[A-Z]"
            where Regex.IsMatch(file.Code, usage, RegexOptions.Multiline)
            select $"{file.Path} uses {other}, and {project} may not");

    [Theory]
    [MemberData(nameof(AllProjects))]
    public void TheNamespaceIsTheFolder(string project) =>
        Assert.Empty(
            from file in Sources(project)
            let written = Namespace().Match(file.Code)
            let expected = Path.GetDirectoryName(file.Path)!.Replace(Path.DirectorySeparatorChar, '.')
            where written.Success && written.Groups[1].Value != expected
            select $"{file.Path} has the namespace {written.Groups[1].Value}, but its folder requires {expected}");

    [Fact]
    public void TheTestFindsAUsingAQualifiedNameAndATypeOfTheRootFolder()
    {
        Source Of(string code) => new("x.cs", "Timeline", code);
        Assert.Equal(["Drawing"], RoomsUsedBy(Of("using SideBySide.Drawing;"), "SideBySide"));
        Assert.Equal(["Drawing"], RoomsUsedBy(Of("var l = SideBySide.Drawing.Ladder.Of(x);"), "SideBySide"));
        Assert.Equal(["Drawing"], RoomsUsedBy(Of("var l = Drawing.Ladder.Of(x);"), "SideBySide"));
        Source command = Of("Func<StopSignal, RootCommand> c = SideBySideCommand.Create;");
        Assert.Equal(["SideBySideCommand"], RoomsUsedBy(command, "SideBySide"));
        Assert.Empty(RoomsUsedBy(Of("var l = run.Drawing.Ladder;"), "SideBySide"));
    }

    // A file uses a folder if it names the folder in a using directive or a qualified name. It uses a type of the root
    // folder if it contains the name of the type.
    private static IEnumerable<string> RoomsUsedBy(Source file, string project)
    {
        Source[] sources = Sources(project);
        foreach (string folder in sources.Select(f => f.Folder).Where(f => f != "").Distinct())
        {
            string types = string.Join('|', TypesOf(sources, folder));
            string withProject = $@"\b{project}\.{folder}\b(?<!^namespace {project}\.{folder})";
            string withFolder = $@"(?<![\w.]){folder}\.({types})\b";
            if (Regex.IsMatch(file.Code, $"{withProject}|{withFolder}", RegexOptions.Multiline)) yield return folder;
        }

        foreach (Source own in sources.Where(f => f.Folder == ""))
        {
            foreach (string type in TypesOf([own], "").Where(t => Regex.IsMatch(file.Code, $@"(?<![\w.]){t}\b")))
                yield return own.RoomIn(project) ?? type;
        }
    }

    private static IEnumerable<string> TypesOf(Source[] sources, string folder) =>
        sources.Where(f => f.Folder == folder)
            .SelectMany(f => Declaration().Matches(f.Code)).Select(m => m.Groups[1].Value);

    private static Source[] Sources(string project)
    {
        string root = Path.Combine(Repository.Root, project);
        return
        [
            .. from path in Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories)
               let parts = Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar)
               where parts[0] is not ("bin" or "obj")
               let name = Path.GetRelativePath(Repository.Root, path)
               select new Source(name, parts.Length > 1 ? parts[0] : "", WithoutTexts(File.ReadAllText(path))),
        ];
    }

    // Comments and strings may name any folder, so they are removed.
    private static string WithoutTexts(string code) => Texts().Replace(code.ReplaceLineEndings("\n"), " ");

    private sealed record Source(string Path, string Folder, string Code)
    {
        // The folder of the file; for a file in the root folder, its type. Null if the table does not list the type.
        public string? RoomIn(string project) =>
            Folder != "" ? Folder
            : Allowed[project].Keys.FirstOrDefault(key => key + ".cs" == System.IO.Path.GetFileName(Path));
    }

    [GeneratedRegex(@"""""""[\s\S]*?""""""|""(?:[^""\\\n]|\\.)*""|//[^\n]*")]
    private static partial Regex Texts();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^(?:public|internal) (?:\w+ )*(?:class|record|struct|enum|interface) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
