using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Simulation;

/// <summary>
/// The contract's admin in a storm: restarts the open round or the one that committed last, changes settings, expels members. It decides by
/// the true ledger, as an admin does who asks a node that is not behind; until its entry lands the round may have gone on.
/// </summary>
internal sealed class SimulatedAdmin(World world, SeededRandom random)
{
    private TrainingState Truth => world.Truth;

    /// <summary>Decides something.</summary>
    public void Decide()
    {
        if (Truth is not { Ended: false, Round: { } round })
            return;
        TrainingEntry? entry = random.Next(4) switch
        {
            0 => new Restart(round.Round),
            1 => RestartOfLast(),
            2 => new ChangeSettings(Changed(Truth.Settings!)),
            _ => Expulsion(),
        };
        if (entry is not null)
            Append(entry);
    }

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
        world.Note("admin", entry.GetType().Name);
        world.Ledger.Append(world.Keys.Sign(admin,
            new EntryBody(Truth.Contract, Truth.Epoch, admin.Id, author.Incarnation, author.Sequence + 1, TrainingState.FoldVersion,
            Truth.Height, Truth.ChainHash, TrainingEntryCodec.Encode(entry))));
    }
}
