namespace Starling.Core.Ledger;

/// <summary>What is wrong with a stored history. An entry that the fold refuses is no fault: honest nodes make such entries, too.</summary>
public enum LedgerFault
{
    /// <summary>The bytes are no entry.</summary>
    Undecodable,

    /// <summary>The entry belongs to another contract.</summary>
    ForeignContract,

    /// <summary>The signature does not verify: the entry was changed, or never was its alleged author's.</summary>
    BadSignature,

    /// <summary>The entry is signed by another key than its author's.</summary>
    WrongKey,

    /// <summary>Entry 0 founds no contract, or is not the one that was announced.</summary>
    NotFounded,

    /// <summary>The author saw another history below this entry: one was changed, removed, added or moved, or the author lies.</summary>
    ForeignChain,

    /// <summary>An entry is missing.</summary>
    Gap,

    /// <summary>The history is shorter than the witness says.</summary>
    Truncated,

    /// <summary>The witness saw other entries.</summary>
    DiffersFromWitness,
}
