namespace TcpClose.Cli;

/// <summary>Finds the known words that are most similar to a misspelt one.</summary>
internal static class Suggestion
{
    private const int MinPrefix = 3;

    /// <summary>
    /// The question "did you mean …?"; null if nothing similar is known. A value in the word (<c>--prot=80</c>,
    /// <c>fni:2</c>) is ignored.
    /// </summary>
    public static string? For(string word, IEnumerable<string> known)
    {
        word = word.Split('=', ':')[0];
        string given = Bare(word);
        string[] all = [.. known.Distinct()];
        if (given.Length == 0 || all.Contains(word)) return null;

        // One letter may be wrong, in a longer word at most a third of the letters. If three or more letters are the
        // beginning of a known word, that counts as one wrong letter.
        int max = Math.Max(1, given.Length / 3);
        var similar = all.Select(k => (Word: k, Errors: Errors(given, Bare(k)))).Where(k => k.Errors <= max).ToList();
        if (similar.Count == 0) return null;
        int least = similar.Min(k => k.Errors);
        return $"did you mean {string.Join(" or ", similar.Where(k => k.Errors == least).Select(k => k.Word))}?";
    }

    private static string Bare(string word) => word.TrimStart('-').ToLowerInvariant();

    private static int Errors(string given, string known) =>
        given == known ? 0
        : given.Length >= MinPrefix && known.StartsWith(given, StringComparison.Ordinal) ? 1
        : Distance(given, known);

    // How many letters to insert, delete, replace or swap (optimal string alignment).
    private static int Distance(string a, string b)
    {
        int[,] errors = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) errors[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) errors[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = errors[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                errors[i, j] = Math.Min(replaced, Math.Min(errors[i - 1, j], errors[i, j - 1]) + 1);
                bool isSwapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if (isSwapped) errors[i, j] = Math.Min(errors[i, j], errors[i - 2, j - 2] + 1);
            }
        }

        return errors[a.Length, b.Length];
    }
}
