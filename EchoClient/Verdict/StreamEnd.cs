namespace EchoClient.Verdict;

/// <summary>What ended a stream.</summary>
internal enum StreamEnd
{
    Nothing,
    Fin,
    Reset,
}
