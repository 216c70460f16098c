namespace Starling.Core.Contracts;

/// <summary>Why the fold refused an entry. A refusal changes nothing but its author's sequence. Numbers are never reused.</summary>
public enum Refusal
{
    /// <summary>It was accepted.</summary>
    None = 0,

    /// <summary>The same entry stands at a lower height; skipped without a word.</summary>
    Duplicate = 1,

    /// <summary>The signature does not verify: the entry says nothing of its author.</summary>
    BadSignature = 2,

    /// <summary>The key is not the author's.</summary>
    WrongKey = 3,

    /// <summary>The contract does not exist yet: entry 0 is missing, or is not the one that was announced.</summary>
    NotFounded = 4,

    /// <summary>The contract exists already.</summary>
    AlreadyFounded = 5,

    /// <summary>The contract was deleted; nothing follows a tombstone.</summary>
    Deleted = 6,

    /// <summary>The author ran another version of the fold.</summary>
    WrongFoldVersion = 7,

    /// <summary>The entry belongs to another epoch than the current one.</summary>
    WrongEpoch = 8,

    /// <summary>The author is no member, or not yet, or no longer.</summary>
    NotMember = 9,

    /// <summary>The entry is not of the author's current incarnation, or a Rejoin does not name the next one.</summary>
    OldIncarnation = 10,

    /// <summary>The author has used this sequence number, or a higher one. A restored disk does that honestly: it names nobody.</summary>
    SequenceUsed = 11,

    /// <summary>The author saw another history than this one.</summary>
    ForeignChain = 12,

    /// <summary>The payload is not an entry of this contract.</summary>
    Malformed = 13,

    /// <summary>The author's role does not allow this entry.</summary>
    NotPermitted = 14,

    /// <summary>Training has ended; the last merge stands.</summary>
    Ended = 15,

    /// <summary>The entry names a round that has committed.</summary>
    RoundClosed = 16,

    /// <summary>The entry names a round that is not open yet.</summary>
    RoundAhead = 17,

    /// <summary>The round was reopened since, or the opening named has not come.</summary>
    WrongOpening = 18,

    /// <summary>The term is over.</summary>
    StaleTerm = 19,

    /// <summary>The term has not begun.</summary>
    TermAhead = 20,

    /// <summary>The update was not trained from the last committed merge.</summary>
    WrongBase = 21,

    /// <summary>The author is ready already; its first update stands.</summary>
    AlreadyReady = 22,

    /// <summary>The author's fold had another state when the round opened. It counts as dissent.</summary>
    StateMismatch = 23,

    /// <summary>Another claim of this term came first.</summary>
    TermTaken = 24,

    /// <summary>The author has no update in this opening.</summary>
    NotReady = 25,

    /// <summary>The author opted out of leading.</summary>
    NotEligible = 26,

    /// <summary>The author led the term before and was replaced.</summary>
    Barred = 27,

    /// <summary>Fewer members are ready than the contract demands, or no more than disagree on the state.</summary>
    TooFewReady = 28,

    /// <summary>The only ready members are the two of an unresolved dispute.</summary>
    DisputedPair = 29,

    /// <summary>The author does not lead this term.</summary>
    NotLeader = 30,

    /// <summary>The leader has proposed a merge in this term.</summary>
    AlreadyProposed = 31,

    /// <summary>The contributors, with those left out, are not the members frozen at the claim.</summary>
    BadContributors = 32,

    /// <summary>Fewer contributors than the contract demands.</summary>
    TooFewContributors = 33,

    /// <summary>The contract's auditing has no such vote.</summary>
    WrongMode = 34,

    /// <summary>The author was not ready when the leader claimed the term.</summary>
    NotInSet = 35,

    /// <summary>The leader has not proposed a merge.</summary>
    NothingProposed = 36,

    /// <summary>The author has voted in this term.</summary>
    AlreadyVoted = 37,

    /// <summary>The proposal is disputed: only full audits count.</summary>
    NeedsFullAudit = 38,

    /// <summary>The receipt is for another merge than the proposed one.</summary>
    WrongDigest = 39,

    /// <summary>Nobody leads this term.</summary>
    NoLeader = 40,

    /// <summary>A leader gives up by resigning.</summary>
    UseResign = 41,

    /// <summary>The author suspects this leader already.</summary>
    AlreadySuspected = 42,

    /// <summary>The author has asked for this reopening.</summary>
    AlreadyAsked = 43,

    /// <summary>The settings break a stated bound.</summary>
    BadSettings = 44,

    /// <summary>No trust anchor of the contract vouches for the certificate, or it names somebody else.</summary>
    UntrustedCertificate = 45,

    /// <summary>The node is a member, or about to become one.</summary>
    AlreadyMember = 46,

    /// <summary>
    /// A restart names another round than the open one, the one before it, and the first: what others started from no member keeps.
    /// </summary>
    UnknownRound = 47,

    /// <summary>The contract's sync protocol has no rounds on the ledger: members go through theirs each by itself.</summary>
    NoRounds = 48,

    /// <summary>The task runner has no task of this name.</summary>
    UnknownTask = 49,

    /// <summary>The task runner has a task of this name.</summary>
    TaskExists = 50,

    /// <summary>The task is final: it can neither be changed nor deleted.</summary>
    TaskIsFinal = 51,

    /// <summary>The task is not final yet, so it cannot be assigned.</summary>
    TaskNotFinal = 52,

    /// <summary>The task that must be complete before this one is not.</summary>
    PrerequisiteOpen = 53,

    /// <summary>The task breaks a stated bound, or does not say what its kind needs.</summary>
    BadTask = 54,

    /// <summary>The task runner carries out another task.</summary>
    RunnerBusy = 55,

    /// <summary>The task runner has fewer operators than the assignment wants.</summary>
    TooFewOperators = 56,

    /// <summary>The entry names another run than the one that goes on.</summary>
    UnknownRun = 57,

    /// <summary>The run has as many operators as it wants, or wants others.</summary>
    RunIsFull = 58,

    /// <summary>The author takes part in the run already, or did.</summary>
    AlreadyEnlisted = 59,

    /// <summary>The author has no work in this run, or has ended it.</summary>
    NoWork = 60,

    /// <summary>The certificate does not give its holder the role that the contract takes it in for.</summary>
    LacksRole = 61,
}
