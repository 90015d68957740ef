namespace PathCheck.Checks;

/// <summary>All checks, in the order of the report.</summary>
internal static class CheckTable
{
    public static readonly IReadOnlyList<Check> All =
    [
        new ClientClosesFirst(),
        new ServerClosesFirst(),
        new FullDuplexTransfer(),
        new DataThenFin(),
        new FinWithoutData(),
        new ClientReset(),
        new ServerReset(),
    ];

    /// <summary>The keys of all checks.</summary>
    public static IEnumerable<string> Keys => All.Select(c => c.Key);

    /// <summary>The check with this key, or null if there is none.</summary>
    public static Check? Find(string key) => All.FirstOrDefault(c => c.Key == key);
}
