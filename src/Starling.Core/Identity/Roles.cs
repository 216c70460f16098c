namespace Starling.Core.Identity;

/// <summary>
/// What a certificate's holder is there for. One holder may have several roles; <see cref="Permissions"/> says what each may do.
/// </summary>
[Flags]
public enum Roles
{
    /// <summary>No role: nothing is allowed.</summary>
    None = 0,

    /// <summary>Trains, merges and audits with the other members.</summary>
    Learner = 1,

    /// <summary>Carries out tasks of a task runner.</summary>
    Operator = 2,

    /// <summary>Is a member of the ledger's own cluster. It speaks the ledger's protocol, and no other.</summary>
    Ledger = 4,

    /// <summary>Changes what nodes do: stops them, and acts for a contract.</summary>
    Admin = 8,

    /// <summary>Looks on.</summary>
    Observer = 16,
}
