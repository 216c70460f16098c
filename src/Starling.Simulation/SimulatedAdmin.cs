using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Faults;
using Starling.Simulation.Nodes;

namespace Starling.Simulation;

/// <summary>
/// A contract's admin in a storm: restarts the open round, the one that committed last or all of them, changes settings, expels members
/// and takes back those who left. It decides by the true ledger, as an admin does who asks a node that is not behind; until its entry lands
/// the round may have gone on.
/// </summary>
internal sealed class SimulatedAdmin(World world, SimulatedContract contract, SeededRandom random)
{
    private readonly SeededRandom rarer = random.Fork("rarer");

    private TrainingState Truth => contract.Truth;

    /// <summary>Whether programs may leave once they are done.</summary>
    public bool MayBeLeft =>
        world.Nodes.Any(node => contract.Scenario.Terms(node.Index) is { Epochs: > 0, CheckIn: CheckIn.Inactive });

    /// <summary>Decides something.</summary>
    public void Decide()
    {
        if (Truth is not { Ended: false, Round: { } round })
            return;
        TrainingEntry? entry = rarer.Next(12) switch
        {
            0 => Reset(),
            1 or 2 => Return() ?? Usual(round),
            3 => new ChangeSettings(Paced(Truth.Settings!)),
            _ => Usual(round),
        };
        if (entry is not null)
            Append(entry);
    }

    /// <summary>
    /// Once faults have stopped: where members have left whose programs are done, those who are left may wait for the dead and for liars,
    /// whom nobody but an admin can tell from the late. It expels them as soon as too few others are left for a round, or nobody else may
    /// lead. And it takes members back when none are left for rounds that were taken back.
    /// </summary>
    public void Tend()
    {
        if (!Truth.IsFounded)
            return;
        if (Truth.Ended)
        {
            if (Truth.LastCommit is null && Return() is { } back)
                Append(back);
            return;
        }

        var members = world.Nodes.Where(node => Truth.Authors[node.Identity.Id].Standing == Standing.Member).ToList();
        var isEnough = members.Count(Lasts) >= Truth.Round!.Settings.MinPeers;
        var isLed = members.Exists(node => Lasts(node) && MayLead(node));
        if (members.Find(node => !Lasts(node) && (!isEnough || (!isLed && MayLead(node)))) is { } hopeless)
            Append(new Revoke(hopeless.Identity.Id));
    }

    private TrainingEntry? Usual(RoundState round) => random.Next(4) switch
    {
        0 => new Restart(round.Round),
        1 => RestartOfLast(),
        2 => new ChangeSettings(Changed(Truth.Settings!)),
        _ => Expulsion(),
    };

    // Programs that have left do not come back by it: as long as too few others are members it would end the training instead.
    private TrainingEntry? Reset() =>
        Truth.Authors.Values.Count(author => author.Standing is Standing.Member or Standing.Joining) >= Truth.Settings!.MinPeers
            ? new Restart(1) : Return();

    private Enrol? Return()
    {
        var gone = world.Nodes
            .Where(node => Lasts(node) && Truth.Authors[node.Identity.Id].Standing is Standing.Outside or Standing.Leaving).ToList();
        if (gone.Count == 0)
            return null;
        var node = gone[rarer.Next(gone.Count)];
        return new Enrol(world.Keys.Enrol(node.Identity, contract.Scenario.MayLead(node.Index)));
    }

    private bool MayLead(SimulatedNode node) => Truth.Authors[node.Identity.Id].LeaderEligible;

    private bool Lasts(SimulatedNode node) => node.IsHonest && !world.Plan.Dying.Contains(node.Index);

    // As the API: only if what it began from is still kept, by nodes enough that no lost disk takes it.
    private Restart? RestartOfLast()
    {
        if (Truth.Commits is not [.., var last]
            || (last.Round > 1 && (Truth.Commits is not [.., var before, _] || !IsKept(before.Merge.Merge))))
            return null;
        return new Restart(last.Round);
    }

    private bool IsKept(BlobId merge) =>
        world.Nodes.Count(node => node.IsHonest && !world.Plan.Dying.Contains(node.Index) && node.Disk.Holds(merge))
            > world.Plan.DiskLosses;

    // Nothing that the conditions of the storm were drawn for: who audits at all, how many make a round, and when it ends.
    private TrainingSettings Changed(TrainingSettings settings) => random.Next(3) switch
    {
        0 => settings with { LeaderTimeout = settings.LeaderTimeout * (0.7 + random.NextDouble()) },
        1 => settings with
        {
            Grace = settings.Grace * (0.5 + random.NextDouble()),
            ClaimDelay = settings.ClaimDelay * (0.5 + random.NextDouble())
        },
        _ => settings with
        {
            Audit = settings.Audit switch { AuditMode.Full => AuditMode.Sampled, AuditMode.Sampled => AuditMode.Full, var off => off }
        },
    };

    private TrainingSettings Paced(TrainingSettings settings) => rarer.Next(3) switch
    {
        0 => settings with { Adaptive = null },
        1 => settings with { SyncInterval = 1 + rarer.Next(2 * contract.Scenario.Settings.SyncInterval) },
        _ => settings with { Adaptive = CourseDraw.Bounds(rarer, contract.Scenario.Settings.SyncInterval) },
    };

    private Revoke? Expulsion()
    {
        var members = world.Plan.Expellable.Select(index => world.Nodes[index].Identity.Id)
            .Where(id => Truth.Authors[id].Standing == Standing.Member).ToList();
        return members.Count == 0 ? null : new Revoke(members[random.Next(members.Count)]);
    }

    private void Append(TrainingEntry entry)
    {
        var admin = world.Admin;
        var author = Truth.Authors[admin.Id];
        world.Note(contract.Called("admin"), entry.GetType().Name);
        world.Ledger.Append(world.Keys.Sign(admin,
            new EntryBody(Truth.Contract, Truth.Epoch, admin.Id, author.Incarnation, author.Sequence + 1, TrainingState.FoldVersion,
            Truth.Height, Truth.ChainHash, TrainingEntryCodec.Encode(entry))));
    }
}
