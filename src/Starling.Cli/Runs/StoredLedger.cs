using System.Collections.Immutable;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Ledgers;
using Starling.Ledgers.Embedded;
using Starling.Ledgers.Etcd;

namespace Starling.Cli.Runs;

/// <summary>A contract in a ledger that is read without any node.</summary>
/// <param name="Path">The ledger's file, or the members of etcd that it is in.</param>
/// <param name="Backend">The opened ledger.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Founding">The id that its entry 0 must have; null if only the ledger itself tells.</param>
internal sealed record StoredLedger(string Path, ILedger Backend, ContractId Contract, EntryId? Founding) : IAsyncDisposable
{
    /// <summary>Opens a ledger's file, or that of a run.</summary>
    /// <param name="runs">The folder that runs are kept in.</param>
    /// <param name="where">A file, or a run by its name or folder.</param>
    /// <param name="contract">The contract; null for the only one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CommandException">There is no such ledger or contract.</exception>
    public static async Task<StoredLedger> OpenAsync(string runs, string where, string? contract, CancellationToken cancellation)
    {
        var plan = File.Exists(where) ? PlanBeside(where) : RunFolder.Find(runs, where).ReadPlan();
        var path = File.Exists(where) ? where : RunFolder.Find(runs, where).Ledger;
        if (!File.Exists(path))
            throw new CommandException(ExitCode.Data, $"{path}: there is no such file; correct the path.");
        var backend = EmbeddedLedger.Open(path);
        try
        {
            var founding = plan is not null && (contract is null || contract == plan.Contract)
                && Digest.TryParse(plan.Founding, out var id) ? new EntryId(id) : (EntryId?)null;
            var chosen = contract is null && plan is not null
                ? ContractId.Parse(plan.Contract)
                : Choose(path, contract, await backend.ContractsAsync(cancellation).ConfigureAwait(false));
            return new StoredLedger(path, backend, chosen, founding);
        }
        catch
        {
            await backend.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens a ledger in etcd.</summary>
    /// <param name="options">How it is reached.</param>
    /// <param name="contract">The contract; null for the only one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CommandException">There is no such contract.</exception>
    /// <exception cref="LedgerException">No member answers.</exception>
    public static async Task<StoredLedger> OpenAsync(EtcdOptions options, string? contract, CancellationToken cancellation)
    {
        var path = string.Join(',', options.Endpoints);
        var backend = EtcdLedger.Open(options);
        try
        {
            var chosen = Choose(path, contract, await backend.ContractsAsync(cancellation).ConfigureAwait(false));
            return new StoredLedger(path, backend, chosen, null);
        }
        catch
        {
            await backend.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Backend.DisposeAsync();

    private static RunPlan? PlanBeside(string file) =>
        new RunFolder(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file))!).ReadPlan();

    private static ContractId Choose(string path, string? contract, ImmutableSortedSet<ContractId> found) =>
        contract is null ? Only(path, found)
        : ContractId.TryParse(contract, out var named) && found.Contains(named) ? named
        : throw new CommandException(ExitCode.Usage,
            UnknownName.Sentence("contract", contract, found.Select(known => known.Value), command: null, $" in {path}"));

    private static ContractId Only(string path, ImmutableSortedSet<ContractId> found) => found.Count == 1
        ? found.Min
        : throw new CommandException(ExitCode.Usage, found.Count == 0
            ? $"{path} holds no contract."
            : $"{path} holds several contracts; choose one with --contract: {string.Join(", ", found)}.");
}
