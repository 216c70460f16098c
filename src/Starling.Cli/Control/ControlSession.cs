using System.Net;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Cli.Control.Contexts;
using Starling.Cli.Running;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;

namespace Starling.Cli.Control;

/// <summary>A command's connection with one node, and as whom it acts. What is decided is signed here; the node only carries it.</summary>
/// <param name="client">The node.</param>
/// <param name="identity">As whom.</param>
/// <param name="anchors">The authorities that the context trusts, PEM files.</param>
/// <param name="environment">The context's settings.</param>
internal sealed class ControlSession(NodeClient client, SigningIdentity identity, IReadOnlyList<string> anchors,
    IReadOnlyDictionary<string, string> environment) : IDisposable
{
    private const int MostItems = 100_000;

    public NodeClient Client => client;

    public SigningIdentity Identity => identity;

    /// <summary>The authorities that the context trusts, PEM files.</summary>
    public IReadOnlyList<string> Anchors => anchors;

    /// <summary>Opens a session in a context. Nothing is asked of the node yet.</summary>
    /// <exception cref="CommandException">A file of the context cannot be used.</exception>
    public static ControlSession Open(ControlContext context)
    {
        var address = HostAndPort.TryParse(context.Address)
            ?? throw new CommandException(ExitCode.Configuration,
                $"'{context.Address}' of the context {context.Name} is no address; write host:port.");
        var trusted = CertificateFiles.Anchors(context.Anchors);
        var identity = SigningIdentity.Load(context.Certificate, context.Key);
        return new ControlSession(new NodeClient(address.ToEndPoint(), context.Node, identity.Certificate, trusted), identity,
            context.Anchors, context.Environment);
    }

    /// <summary>Opens a session with the first node of a run that answers, as the run's admin.</summary>
    /// <exception cref="CommandException">The run was never set up, or no node of it answers.</exception>
    public static async Task<ControlSession> OpenAsync(RunFolder folder, CancellationToken cancellation)
    {
        var plan = folder.ReadPlan()
            ?? throw new CommandException(ExitCode.Usage, $"{folder.Name} was never set up; start it with 'starling run'.");
        NodeClientException? silence = null;
        foreach (var node in plan.Nodes)
        {
            var identity = SigningIdentity.Load(folder.AdminCertificate, folder.AdminKey);
            var session = new ControlSession(
                new NodeClient(new DnsEndPoint("127.0.0.1", node.Port), node.Id, identity.Certificate, NodeFiles.Anchors(folder)), identity,
                [folder.Authority],
                new Dictionary<string, string>());
            try
            {
                await session.Client.GetHealthAsync(cancellation).ConfigureAwait(false);
                return session;
            }
            catch (NodeClientException unreachable) when (unreachable.ExitCode == ExitCode.Unreachable)
            {
                session.Dispose();
                silence = unreachable; // Any node will do: another may be up.
            }
        }

        throw new CommandException(ExitCode.Unreachable, Silence(folder), silence);
    }

    /// <summary>Signs an entry of a task runner and has it appended.</summary>
    /// <exception cref="CommandException">It was appended and is refused all the same.</exception>
    public Task<EntryAnswer> AppendAsync(string runner, RunnerEntry entry, CancellationToken cancellation) =>
        AppendAsync(runner, RunnerEntryCodec.Encode(entry), cancellation);

    /// <summary>Signs an entry of a training contract and has it appended.</summary>
    /// <exception cref="CommandException">It was appended and is refused all the same.</exception>
    public Task<EntryAnswer> AppendAsync(string contract, TrainingEntry entry, CancellationToken cancellation) =>
        AppendAsync(contract, TrainingEntryCodec.Encode(entry), cancellation);

    /// <summary>
    /// Gives a training contract other settings, made of those that it was read with: if others were given since, the node refuses.
    /// </summary>
    /// <exception cref="CommandException">It was appended and is refused all the same.</exception>
    public Task<EntryAnswer> ChangeAsync(ContractDescription read, TrainingSettings settings, CancellationToken cancellation) =>
        AppendAsync(read.Contract, TrainingEntryCodec.Encode(new ChangeSettings(settings)), cancellation,
            at => at with { Height = read.Height, ChainHead = read.ChainHead });

    /// <summary>Signs an entry 0 and has it appended.</summary>
    public Task<EntryAnswer> FoundAsync(string contract, byte[] payload, int rulesVersion, CancellationToken cancellation) =>
        client.FoundAsync(identity.Sign(EntryZero(contract, payload, rulesVersion)), cancellation);

    /// <summary>What became of a founding, to be said of the contract.</summary>
    public static string Founded(EntryAnswer answer) => answer.Existed ? "existed already, founded just as is asked now," : "is founded";

    /// <summary>The id that an entry 0 will have, in hexadecimal: it does not depend on the signature.</summary>
    public string Founding(string contract, byte[] payload, int rulesVersion) =>
        Digest.Of(EntryZero(contract, payload, rulesVersion).Encode()).ToString();

    /// <summary>All items of a list that the node gives in pages.</summary>
    public static async Task<IReadOnlyList<T>> AllAsync<T>(Func<string?, Task<Page<T>>> read)
    {
        var items = new List<T>();
        for (string? after = null; ;)
        {
            var page = await read(after).ConfigureAwait(false);
            items.AddRange(page.Items);
            after = page.Next;
            if (after is null || items.Count >= MostItems)
                return items;
        }
    }

    /// <summary>The task runner that a command means: the one that it names, else the context's, else the only one there is.</summary>
    /// <exception cref="CommandException">That cannot be told.</exception>
    public async Task<string> RunnerAsync(string? named, CancellationToken cancellation)
    {
        if ((named ?? environment.GetValueOrDefault(ControlContext.Runner)) is { } told)
            return await this.FindAsync(ContractKind.Runner, told, cancellation).ConfigureAwait(false);
        var runners = (await AllAsync(after => client.GetContractsAsync(after, cancellation)).ConfigureAwait(false))
            .Where(contract => contract is { Kind: ContractKind.Runner, Stage: not ContractStage.Deleted })
            .Select(contract => contract.Contract).ToList();
        return runners switch
        {
            [var only] => only,
            [] => throw new CommandException(ExitCode.Usage, "there is no task runner; make one with 'starling runner create'."),
            _ => throw new CommandException(ExitCode.Usage,
                $"there are several task runners ({Mistake.Shorten(string.Join(", ", runners))}); name one, or set it with 'starling context env set {ControlContext.Runner} NAME'."),
        };
    }

    /// <summary>Reads a contract's name.</summary>
    /// <exception cref="CommandException">It cannot be one.</exception>
    public static ContractId ContractNamed(string text) => ContractId.TryParse(text, out var name)
        ? name
        : throw new CommandException(ExitCode.Usage,
            $"'{Mistake.Shorten(text)}' cannot name a contract; use up to {ContractId.MaxLength} of a-z, 0-9, '-', '.' and '_'.");

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Dispose();
        identity.Dispose();
    }

    // The nodes of a run live as long as the command that started them.
    private static string Silence(RunFolder folder)
    {
        var look = $"'starling runs show {folder.Name}' shows what came of it";
        return RunLock.IsTaken(folder.Path) ? $"no node of {folder.Name} answers yet; try again once it trains."
            : folder.ReadSummary() is null
                ? $"{folder.Name} was stopped, and its nodes with it; go on with 'starling run --resume {folder.Name}'. {look}."
            : $"{folder.Name} has ended, and its nodes with it, so nothing can be asked or decided any more. {look}, "
                + $"'starling runs report {folder.Name}' its rounds, and 'starling model eval --run {folder.Name}' measures its model; "
                + "to train on, begin a run anew.";
    }

    private EntryBody EntryZero(string contract, byte[] payload, int rulesVersion) =>
        EntryBody.Founding(ContractNamed(contract), identity.Id, rulesVersion, payload);

    private async Task<EntryAnswer> AppendAsync(string contract, byte[] payload, CancellationToken cancellation,
        Func<ContractPosition, ContractPosition>? seen = null)
    {
        var at = await client.GetPositionAsync(contract, cancellation).ConfigureAwait(false);
        at = seen?.Invoke(at) ?? at;
        if (!Digest.TryParse(at.ChainHead, out var chain))
            throw new CommandException(ExitCode.CheckFailed, $"{client.Node} told no chain hash; do not trust this node.");
        // What is signed is made here: of what the node said only where the entry stands is in it, and no contract takes it for another's.
        var body = new EntryBody(ContractNamed(contract), at.Epoch, identity.Id, at.Incarnation, at.Sequence, at.RulesVersion, at.Height,
            chain, payload);
        var answer = await client.AppendAsync(contract, identity.Sign(body), cancellation).ConfigureAwait(false);
        return answer.Refusal is null ? answer : throw new CommandException(ExitCode.Denied, $"{contract} refuses it: {answer.Detail}");
    }
}
