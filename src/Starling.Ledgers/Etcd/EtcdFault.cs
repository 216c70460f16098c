namespace Starling.Ledgers.Etcd;

/// <summary>Why a member of etcd does not do what it is asked for.</summary>
internal enum EtcdFault
{
    /// <summary>It cannot be reached: the request was not sent.</summary>
    Unreachable,

    /// <summary>It did not answer in time, or the answer was lost: what was asked for may be done, or be done yet.</summary>
    Unanswered,

    /// <summary>It knows no leader: too few members are up, or one is being elected.</summary>
    NoLeader,

    /// <summary>It belongs to another cluster than the others.</summary>
    OtherCluster,

    /// <summary>The certificates do not do: one side does not trust the other.</summary>
    Untrusted,

    /// <summary>The database is as large as it may become.</summary>
    NoSpace,

    /// <summary>It asks for a name and password, or refuses the keys.</summary>
    Denied,

    /// <summary>The request is larger than it is set up to take.</summary>
    TooLarge,

    /// <summary>The answer is larger than what is read.</summary>
    AnswerTooLarge,

    /// <summary>The answer began, and did not come to its end in time.</summary>
    AnswerTooSlow,

    /// <summary>Its members cannot be changed while some of them are not up.</summary>
    NotNow,

    /// <summary>What it answers is not what etcd's JSON gateway answers.</summary>
    Unexpected,
}
