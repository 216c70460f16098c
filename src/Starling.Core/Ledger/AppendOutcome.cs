namespace Starling.Core.Ledger;

/// <summary>What a backend says of an append. Only reading an entry back tells that it stands.</summary>
public enum AppendOutcome
{
    /// <summary>The entries are in the ledger, now or since an earlier try.</summary>
    Appended,

    /// <summary>Nothing was written.</summary>
    Unavailable,

    /// <summary>The answer was lost: the entries may or may not be in the ledger.</summary>
    Unknown,
}
