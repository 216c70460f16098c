namespace Starling.Cli.Commands.Contracts;

/// <summary>What <c>starling contract enrol --json</c> prints.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Enrolled">Who is taken in, or was in before, sorted.</param>
/// <param name="Members">The members of the round that opens next, sorted.</param>
/// <param name="Round">The open round; once training has ended, the one that would be next.</param>
/// <param name="Restarted">Whether that round was opened again.</param>
/// <param name="Epoch">The contract's epoch.</param>
/// <param name="Outlook">What follows, sentences.</param>
/// <param name="Node">The node that was asked.</param>
internal sealed record ContractEnrolReport(
    string Contract, IReadOnlyList<string> Enrolled, IReadOnlyList<string> Members, long Round, bool Restarted, long Epoch,
    IReadOnlyList<string> Outlook, string Node);
