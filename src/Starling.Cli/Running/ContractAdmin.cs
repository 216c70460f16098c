using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Api;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Core.Canonical;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Cli.Running;

/// <summary>Acts as the admin of a run's contract. Its key does not leave this process: a node says which bytes to sign, and they are read before they are signed.</summary>
/// <param name="plan">The run.</param>
/// <param name="certificate">The admin's certificate with its private key.</param>
internal sealed class ContractAdmin(RunPlan plan, X509Certificate2 certificate)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Restarts a round, and waits until the node has read that it is.</summary>
    /// <returns>The contract's epoch from now on.</returns>
    /// <exception cref="NodeClientException">The node cannot be asked or refuses.</exception>
    public async Task<long> RestartAsync(NodeClient client, long round, CancellationToken cancellation)
    {
        var draft = await client.DraftRestartAsync(plan.Contract, round, cancellation).ConfigureAwait(false);
        if (!IsRestart(draft.Entry, round))
            throw new CommandException(ExitCode.CheckFailed, $"{client.Node} gave something else to sign than the restart of round {round}; nothing was signed. Do not trust this node.");
        using var key = certificate.GetECDsaPrivateKey()!;
        var signature = key.SignData(draft.Entry, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        await client.RestartAsync(plan.Contract, round, draft.Entry, signature, cancellation).ConfigureAwait(false);
        for (var waited = TimeSpan.Zero; waited < Patience; waited += Pause)
        {
            if (await client.GetContractAsync(plan.Contract, cancellation).ConfigureAwait(false) is { Epoch: var epoch } && epoch > draft.Epoch)
                return epoch;
            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }

        throw new CommandException(ExitCode.Unexpected, $"the restart is in the ledger, but {client.Node} has not accepted it within {Patience.TotalSeconds:0} s; 'starling ledger log' shows why.");
    }

    private bool IsRestart(byte[] entry, long round)
    {
        try
        {
            var body = EntryBody.Decode(entry);
            return body.Contract.Value == plan.Contract && body.Author.Value == plan.Admin && TrainingEntryCodec.Decode(body.Payload) is Restart restart && restart.Round == round;
        }
        catch (CanonicalFormatException)
        {
            return false;
        }
    }
}
