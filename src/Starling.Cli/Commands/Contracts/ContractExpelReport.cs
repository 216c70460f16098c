namespace Starling.Cli.Commands.Contracts;

/// <summary>What <c>starling contract expel --json</c> prints.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Member">Who was put out.</param>
/// <param name="Members">Who is left, sorted.</param>
/// <param name="Round">The open round; once training has ended, the one that would be next.</param>
/// <param name="Restarted">Whether that round was opened again.</param>
/// <param name="Epoch">The contract's epoch.</param>
/// <param name="Outlook">What follows, sentences.</param>
/// <param name="Node">The node that was asked.</param>
internal sealed record ContractExpelReport(
    string Contract, string Member, IReadOnlyList<string> Members, long Round, bool Restarted, long Epoch, IReadOnlyList<string> Outlook,
    string Node);
