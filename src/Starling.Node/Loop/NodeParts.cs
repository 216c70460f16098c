using Starling.Ledgers;
using Starling.Node.Blobs;
using Starling.Node.Computing;
using Starling.Node.Identity;
using Starling.Node.Journal;
using Starling.Node.Programs;
using Starling.Node.Tasks;
using Starling.Node.Transport;

namespace Starling.Node.Loop;

/// <summary>What a node's effects are carried out with.</summary>
/// <param name="Journal">Saves records, and keeps what was folded.</param>
/// <param name="Blobs">Keeps models.</param>
/// <param name="Ledger">Orders entries.</param>
/// <param name="Silence">Since when that does not answer.</param>
/// <param name="Network">Reaches peers.</param>
/// <param name="Signer">Signs entries.</param>
/// <param name="Computer">Runs registered functions.</param>
/// <param name="Programs">Trains.</param>
/// <param name="Tasks">Carries out the tasks of task runners.</param>
public sealed record NodeParts(
    NodeJournal Journal,
    BlobStore Blobs,
    ILedger Ledger,
    LedgerSilence Silence,
    PeerNetwork Network,
    NodeSigner Signer,
    ComputationExecutor Computer,
    ProgramHost Programs,
    TaskHost Tasks);
