using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Ledgers;

namespace Starling.Daemon.Http.Contracts;

/// <summary>What answers about contracts share: the contract that a path names, and what is said when the ledger does not answer.</summary>
/// <param name="reader">Gives contracts.</param>
internal sealed class ContractAnswers(ContractReader reader)
{
    /// <summary>Answers about the contract that the path names; if there is none of this kind, says so.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">Answers.</param>
    public Task AboutAsync<TState>(HttpContext context, Func<TState, Task> answer)
        where TState : ContractState => GuardAsync(context, async () =>
    {
        var name = context.GetRouteValue("contract") as string;
        var state = ContractId.TryParse(name, out var contract)
            ? await reader.FindAsync(contract, context.RequestAborted).ConfigureAwait(false) : null;
        await (state switch
        {
            TState found => answer(found),
            null => Problem.NotFoundAsync(context, $"The ledger has no contract '{Core.Configuration.Mistake.Shorten(name ?? "")}'."),
            Core.Tasks.RunnerState =>
                Problem.NotFoundAsync(context, $"{state.Contract} is a task runner; ask for /v1/runners/{state.Contract}."),
            _ => Problem.NotFoundAsync(context, $"{state.Contract} is no task runner; ask for /v1/contracts/{state.Contract}."),
        }).ConfigureAwait(false);
    });

    /// <summary>Answers, or says that the ledger does not.</summary>
    public static async Task GuardAsync(HttpContext context, Func<Task> answer)
    {
        try
        {
            await answer().ConfigureAwait(false);
        }
        catch (LedgerException e)
        {
            await Problem.UnavailableAsync(context, e.Message).ConfigureAwait(false);
        }
        catch (TooLongToReplayException e)
        {
            await Problem.TooLongAsync(context, e.Message).ConfigureAwait(false);
        }
    }

    /// <summary>Answers with a page of a list.</summary>
    public static Task WritePageAsync<T>(HttpContext context, Func<PageRequest, T> make, JsonTypeInfo<T> form) =>
        PageRequest.TryRead(context, out var page, out var answered) ? NodeApi.WriteAsync(context, make(page), form) : answered;
}
