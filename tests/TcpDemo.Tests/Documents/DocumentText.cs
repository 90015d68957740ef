namespace TcpDemo.Tests.Documents;

/// <summary>The text of a document.</summary>
/// <param name="path">Its path from the top folder.</param>
internal sealed class DocumentText(string path)
{
    private readonly string _text = Repository.Document(path);

    /// <summary>
    /// The text after the first <paramref name="begin"/>, up to the next <paramref name="end"/> or the document's end.
    /// </summary>
    public string Between(string begin, string end)
    {
        int at = _text.IndexOf(begin, StringComparison.Ordinal);
        Assert.InRange(at, 0, _text.Length);
        at += begin.Length;
        return _text[at..(_text.IndexOf(end, at, StringComparison.Ordinal) is var to and >= 0 ? to : _text.Length)];
    }
}
