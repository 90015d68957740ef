namespace TcpClose.Output;

/// <summary>Text in a Mermaid diagram.</summary>
public static class MermaidText
{
    /// <summary>
    /// Escapes a text. In Mermaid a semicolon ends the line, <c>#</c> begins a character's code, <c>%%</c> begins a
    /// comment, and the other characters below are HTML.
    /// </summary>
    public static string Escape(string text) => string.Concat(text.Select(c => c switch
    {
        '#' => "#35;",
        ';' => "#59;",
        '<' => "#lt;",
        '>' => "#gt;",
        '&' => "#amp;",
        '%' => "#37;",
        _ => $"{c}",
    }));
}
