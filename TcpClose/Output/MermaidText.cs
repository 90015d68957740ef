namespace TcpClose.Output;

/// <summary>Text in a Mermaid diagram.</summary>
public static class MermaidText
{
    /// <summary>
    /// Escapes a text. Mermaid reads a semicolon as the end of the line, a number sign as the beginning of a
    /// character's code, two percent signs as the beginning of a comment, and the other characters below as HTML.
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
