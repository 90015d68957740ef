using System.Text.RegularExpressions;

namespace TcpDemo.Tests.Architecture;

/// <summary>
/// A folder is a room with a namespace of its own, and the arrows between the rooms of a project point one way.
/// </summary>
public sealed partial class ArchitectureTests
{
    // The rooms that a room may use. A room that is not listed here has no rule, and the test fails.
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
        // "" is the project's own folder: its options, and the two closes that are the lesson.
        ["EchoServer"] = new()
        {
            ["Hosting"] = [""],
            ["Scenarios"] = [""],
            ["Handlers"] = ["", "Hosting", "Scenarios"],
        },
        ["EchoClient"] = new()
        {
            ["Framing"] = [],
            ["Checking"] = [],
            ["Scenarios"] = ["", "Framing", "Checking"],
            ["Running"] = ["", "Checking", "Scenarios"],
        },
        ["SideBySide"] = new()
        {
            ["Tools"] = [],
            ["Tracing"] = ["Tools"],
            ["Timeline"] = ["Tracing"],
            ["Faults"] = ["Tools", "Timeline"],
            ["Drawing"] = ["Tracing", "Timeline"],
            ["Running"] = ["Tools", "Tracing", "Timeline", "Faults", "Drawing"],
        },
        // "" is the options and the detector of pauses, which use no room themselves (tested below).
        ["PathCheck"] = new()
        {
            ["Protocol"] = [],
            ["Classifying"] = ["Protocol"],
            ["NearEnd"] = ["", "Protocol", "Classifying"],
            ["Checks"] = ["", "Protocol", "Classifying", "NearEnd"],
            ["FarEnd"] = ["", "Protocol", "Checks"],
            ["Reporting"] = ["", "Protocol", "Classifying", "Checks"],
            ["Running"] = ["", "Protocol", "Classifying", "NearEnd", "Checks", "Reporting"],
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
            where file.Room != ""
            from used in RoomsUsedBy(file, project)
            where used != file.Room && !Allowed[project].GetValueOrDefault(file.Room, []).Contains(used)
            let name = used == "" ? "the project's own namespace" : used
            select $"{file.Path} uses {project}.{name}, and {file.Room} may not");
    }

    [Theory]
    [MemberData(nameof(AllProjects))]
    public void EachRoomHasARuleAndAnArrowNeverPointsBack(string project)
    {
        string[] rooms = [.. Sources(project).Select(f => f.Room).Where(r => r != "").Distinct().Order()];
        Assert.Equal(Allowed[project].Keys.Order(), rooms);
        string[] order = [.. Allowed[project].Keys];
        Assert.Empty(
            from room in order
            from used in Allowed[project][room]
            where Array.IndexOf(order, used) >= Array.IndexOf(order, room)
            select $"{project}.{room} may use {used}, which does not stand above it in the table");
    }

    [Theory]
    [InlineData("PathCheckOptions")]
    [InlineData("PauseDetector")]
    public void WhatEveryRoomOfPathCheckMayUseUsesNoRoom(string type)
    {
        Source file = Assert.Single(Sources("PathCheck"), f => Path.GetFileNameWithoutExtension(f.Path) == type);
        Assert.Equal("", file.Room);
        Assert.DoesNotContain(RoomsUsedBy(file, "PathCheck"), room => room != "");
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
            let expected = file.Room == "" ? project : $"{project}.{file.Room}"
            where written.Success && written.Groups[1].Value != expected
            select $"{file.Path} has the namespace {written.Groups[1].Value}, and its folder is that of {expected}");

    [Fact]
    public void TheTestSeesAUsingAQualifiedNameAndATypeOfTheProjectsOwnNamespace()
    {
        Source Of(string code) => new("x.cs", "Timeline", code);
        Assert.Equal(["Drawing"], RoomsUsedBy(Of("using SideBySide.Drawing;"), "SideBySide"));
        Assert.Equal(["Drawing"], RoomsUsedBy(Of("var l = SideBySide.Drawing.Ladder.Of(x);"), "SideBySide"));
        Assert.Equal(["Drawing"], RoomsUsedBy(Of("var l = Drawing.Ladder.Of(x);"), "SideBySide"));
        Assert.Equal(
            [""], RoomsUsedBy(Of("Func<StopSignal, RootCommand> c = SideBySideCommand.Create;"), "SideBySide"));
        Assert.Empty(RoomsUsedBy(Of("var l = run.Drawing.Ladder;"), "SideBySide"));
    }

    // A room is used by a using directive, by a name with the project or with the room in front, and by a type of the
    // project's own namespace, which every room sees without a using directive.
    private static IEnumerable<string> RoomsUsedBy(Source file, string project)
    {
        foreach (string room in Allowed[project].Keys)
        {
            string withProject = $@"\b{project}\.{room}\b(?<!^namespace {project}\.{room})";
            string withRoom = $@"(?<![\w.]){room}\.({TypesOf(project, room)})\b";
            if (Regex.IsMatch(file.Code, $"{withProject}|{withRoom}", RegexOptions.Multiline)) yield return room;
        }

        string types = TypesOf(project, "");
        if (types.Length > 0 && Regex.IsMatch(file.Code, $@"(?<![\w.])({types})\b")) yield return "";
    }

    private static string TypesOf(string project, string room) =>
        string.Join('|', Sources(project).Where(f => f.Room == room)
            .SelectMany(f => Declaration().Matches(f.Code)).Select(m => m.Groups[1].Value));

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

    private sealed record Source(string Path, string Room, string Code);

    [GeneratedRegex(@"""""""[\s\S]*?""""""|""(?:[^""\\\n]|\\.)*""|//[^\n]*")]
    private static partial Regex Texts();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^(?:public|internal) (?:\w+ )*(?:class|record|struct|enum|interface) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
