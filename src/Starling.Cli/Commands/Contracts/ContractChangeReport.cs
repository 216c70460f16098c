using Starling.Learning.Experiments;

namespace Starling.Cli.Commands.Contracts;

/// <summary>What <c>starling contract change --json</c> prints.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Changed">The settings that are others than before, sorted by name; empty if nothing was appended.</param>
/// <param name="From">The first round that they hold for.</param>
/// <param name="Round">The open round; once training has ended, the one that would be next.</param>
/// <param name="Restarted">Whether that round was opened again.</param>
/// <param name="Epoch">The contract's epoch.</param>
/// <param name="Outlook">What follows, sentences.</param>
/// <param name="Node">The node that was asked.</param>
internal sealed record ContractChangeReport(
    string Contract, IReadOnlyList<ChangedSetting> Changed, long From, long Round, bool Restarted, long Epoch,
    IReadOnlyList<string> Outlook, string Node);
