namespace Starling.Ledgers;

/// <summary>The backend does not answer now, or not at all as it is set up: busy, full, missing, too new. Nothing is lost.</summary>
public sealed class LedgerUnavailableException(string message, Exception? inner = null) : LedgerException(message, inner)
{
    /// <summary>Whether the backend is reached over a network, and others may know why it does not answer.</summary>
    public bool IsRemote { get; init; }
}
