using System.Text.RegularExpressions;

namespace TcpDemo.Tests.Architecture;

/// <summary>
/// A folder is a room with a namespace of its own, and the arrows between the rooms of a project point one way.
/// </summary>
public sealed partial class ArchitectureTests
{
    // The rooms and the types of the project's own folder that a room may use. Such a type has a line of its own, and
    // is treated as a room. What is not listed may be used by the project's own folder only.
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
            ["Summary"] = ["Tracing", "Timeline"],
            ["Svg"] = ["Timeline", "Drawing"],
            ["Running"] = ["Tools", "Tracing", "Timeline", "Faults", "Drawing", "Summary", "Svg"],
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
            ["Reporting"] = ["PathCheckOptions", "Protocol", "Classifying", "Checks"],
            ["Running"] = ["PathCheckOptions", "Protocol", "Classifying", "NearEnd", "Checks", "Reporting"],
        },
    };

    // The programs and the library. SideBySide starts the consoles as programs and uses no type of theirs.
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
    public void ARoomUsesOnlyTheRoomsThatItMayUse(string project)
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
    public void EachRoomHasARuleAndAnArrowNeverPointsBack(string project)
    {
        IEnumerable<string> rooms = Sources(project).Select(f => f.RoomIn(project)).OfType<string>().Distinct().Order();
        Assert.Equal(Allowed[project].Keys.Order(), rooms);
        string[] order = [.. Allowed[project].Keys];
        Assert.Empty(
            from room in order
            from used in Allowed[project][room]
            where Array.IndexOf(order, used) >= Array.IndexOf(order, room)
            select $"{project}.{room} may use {used}, which does not stand above it in the table");
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
            let expected = file.Folder == "" ? project : $"{project}.{file.Folder}"
            where written.Success && written.Groups[1].Value != expected
            select $"{file.Path} has the namespace {written.Groups[1].Value}, and its folder is that of {expected}");

    [Fact]
    public void TheTestSeesAUsingAQualifiedNameAndATypeOfTheProjectsOwnNamespace()
    {
        Source Of(string code) => new("x.cs", "Timeline", code);
        Assert.Equal(["Drawing"], RoomsUsedBy(Of("using SideBySide.Drawing;"), "SideBySide"));
        Assert.Equal(["Drawing"], RoomsUsedBy(Of("var l = SideBySide.Drawing.Ladder.Of(x);"), "SideBySide"));
        Assert.Equal(["Drawing"], RoomsUsedBy(Of("var l = Drawing.Ladder.Of(x);"), "SideBySide"));
        Source command = Of("Func<StopSignal, RootCommand> c = SideBySideCommand.Create;");
        Assert.Equal(["SideBySideCommand"], RoomsUsedBy(command, "SideBySide"));
        Assert.Empty(RoomsUsedBy(Of("var l = run.Drawing.Ladder;"), "SideBySide"));
    }

    // A room is used by a using directive, or by a name with the project or with the room in front. A type of the
    // project's own folder is used by its name, because every room sees it without a using directive.
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

    // A comment may name any room, a string any program.
    private static string WithoutTexts(string code) => Texts().Replace(code.ReplaceLineEndings("\n"), " ");

    private sealed record Source(string Path, string Folder, string Code)
    {
        // The folder, or the type if the table lists one of the project's own folder; null for every other file there.
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
