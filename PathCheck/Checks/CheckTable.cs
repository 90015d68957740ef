using PathCheck.Checks.Ends;
using PathCheck.Checks.HalfClosed;
using PathCheck.Checks.Resets;

namespace PathCheck.Checks;

/// <summary>All checks, in the order of the report.</summary>
internal static class CheckTable
{
    private static readonly ClientClosesFirst ClientFirst = new();
    private static readonly ServerClosesFirst ServerFirst = new();

    public static readonly IReadOnlyList<Check> All =
    [
        ClientFirst,
        new DrippingReply(),
        new SlowReaderOfReply(),
        new SmallData(ClientFirst),
        new ServerNeverEnds(),
        ServerFirst,
        new DrippingUpload(),
        new SlowReaderOfUpload(),
        new SmallData(ServerFirst),
        new ClientNeverEnds(),
        new FullDuplexTransfer(),
        new DataThenFin(),
        new ServerDataThenFin(),
        new FinWithData(),
        new ServerFinWithData(),
        new FinWithoutData(),
        new ClientReset(),
        new ServerReset(),
        new ClientHangsUpOnFullPath(),
        new ServerHangsUpOnFullPath(),
    ];

    /// <summary>The keys of all checks.</summary>
    public static IEnumerable<string> Keys => All.Select(c => c.Key);

    public static Check? Find(string key) => All.FirstOrDefault(c => c.Key == key);
}
