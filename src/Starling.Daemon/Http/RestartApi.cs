using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Starling.Api;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Ledgers;
using Starling.Node.Loop;
using Starling.Node.Transport;

namespace Starling.Daemon.Http;

/// <summary>
/// Restarts a round for an admin of the contract: <c>POST /v1/contracts/{id}/restart</c>. The admin's key stays with the admin. The node says which bytes to sign, and appends
/// what was signed; whether it is accepted the fold decides, as of any entry.
/// </summary>
/// <param name="kernel">What the node folded.</param>
/// <param name="ledger">Where the entry goes.</param>
internal sealed class RestartApi(KernelDriver kernel, ILedger ledger)
{
    /// <summary>Adds the request to the API, which lets callers in.</summary>
    public void Map(WebApplication application) => application.MapPost("/v1/contracts/{contract}/restart", RestartAsync).For(NodeAction.AdministerContract);

    private async Task RestartAsync(HttpContext context)
    {
        var caller = context.Features.Get<IPeerIdentityFeature>()!.Node;
        if (!ContractId.TryParse(context.GetRouteValue("contract") as string, out var contract) || !kernel.State.Contracts.TryGetValue(contract, out var part))
            await Problem.NotFoundAsync(context, "The node does not follow this contract.").ConfigureAwait(false);
        else if (await ReadAsync(context).ConfigureAwait(false) is not { } request)
            await Problem.BadRequestAsync(context, "The body must be JSON with the round, and to append with the entry's bytes and the signature over them, both in Base64.").ConfigureAwait(false);
        else if (Objection(part.Fold, caller, request.Round) is { } objection)
            await (part.Fold.Authors.GetValueOrDefault(caller) is { IsAdmin: true } ? Problem.ConflictAsync(context, objection) : Problem.NotPermittedAsync(context, objection)).ConfigureAwait(false);
        else if (request.Entry is null || request.Signature is null)
            await WriteAsync(context, new RestartAnswer(Draft(part.Fold, caller, request.Round), part.Fold.Epoch, Appended: false)).ConfigureAwait(false);
        else if (Signed(part.Fold, caller, request) is not { } entry)
            await Problem.BadRequestAsync(context, $"The entry must be {caller}'s restart of round {request.Round} of this contract, as the node gave it, under the signature of its key.").ConfigureAwait(false);
        else if (await ledger.AppendAsync([entry], context.RequestAborted).ConfigureAwait(false) is { Outcome: not AppendOutcome.Appended } answer)
            await Problem.UnavailableAsync(context, answer.Trouble ?? "Whether the entry was appended is not known; send the same once more, which changes nothing if it was.").ConfigureAwait(false);
        else
            await WriteAsync(context, new RestartAnswer(request.Entry, part.Fold.Epoch, Appended: true)).ConfigureAwait(false);
    }

    /// <summary>Why the round cannot be restarted by this caller, in a sentence; null if it can.</summary>
    private string? Objection(TrainingState fold, NodeId caller, long round)
    {
        if (fold.Round is not { } open)
            return "The contract is not founded yet.";
        switch (TrainingFold.Check(fold, caller, new Restart(round), kernel.State.Certifier))
        {
            case Refusal.None when fold.Ended && round == open.Round:
                return $"Training has ended and no round is open; restart round {open.Round - 1} to train it again.";
            case Refusal.None:
                // After a restart the round before the open one began from what members have let go: it would wait for ever.
                return round == open.Round || round == 1 || kernel.State.Held.Contains(fold.Commits.Single(commit => commit.Round == round - 1).Merge.Merge) ? null
                    : $"What round {round} started from was let go; restart round {open.Round}, or begin anew with round 1.";
            case Refusal.NotPermitted:
                return $"{caller} is no admin of {fold.Contract}; only an admin may restart a round.";
            case Refusal.NoRounds:
                return $"The members of {fold.Contract} go through their rounds each by itself; there is none to restart.";
            default:
                return $"Round {round} cannot be restarted: only the open round {open.Round}, the one before it and the first can be.";
        }
    }

    private static byte[] Draft(TrainingState fold, NodeId admin, long round)
    {
        var author = fold.Authors[admin];
        return new EntryBody(fold.Contract, fold.Epoch, admin, author.Incarnation, author.Sequence + 1, TrainingState.FoldVersion, fold.Height, fold.ChainHash,
            TrainingEntryCodec.Encode(new Restart(round))).Encode();
    }

    private static SignedEntry? Signed(TrainingState fold, NodeId caller, RestartRequest request)
    {
        try
        {
            var signature = request.Signature!.ToArray();
            LowS.Normalise(signature);
            var entry = new SignedEntry(request.Entry!, fold.Authors[caller].Key, signature);
            return entry.Body.Contract == fold.Contract && entry.Body.Author == caller && TrainingEntryCodec.Decode(entry.Body.Payload) is Restart restart
                && restart.Round == request.Round && EntrySignature.Verify(entry) ? entry : null;
        }
        catch (Exception malformed) when (malformed is CanonicalFormatException or ArgumentException)
        {
            return null;
        }
    }

    private static async Task<RestartRequest?> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, ApiJson.Default.RestartRequest, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception malformed) when (malformed is JsonException or BadHttpRequestException)
        {
            return null;
        }
    }

    private static async Task WriteAsync(HttpContext context, RestartAnswer answer)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await JsonSerializer.SerializeAsync(context.Response.Body, answer, ApiJson.Default.RestartAnswer, context.RequestAborted).ConfigureAwait(false);
    }
}
