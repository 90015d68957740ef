namespace EchoClient.Verdict;

/// <summary>What ended a stream.</summary>
internal enum Ending
{
    Nothing,
    Fin,
    Reset,
}
