using Starling.Core.Canonical;
using Starling.Core.Contracts;
using Starling.Core.Identity;

namespace Starling.Core.Training;

/// <summary>The canonical bytes of a training contract's state, which a Ready and a checkpoint carry the digest of.</summary>
public static class TrainingStateCodec
{
    /// <summary>The digest of the state. Two nodes with one history have one digest. The chain hash stands for the entries' ids.</summary>
    public static Digest Hash(TrainingState state) => Digest.Of(Encode(state));

    /// <summary>Writes the state.</summary>
    public static byte[] Encode(TrainingState state)
    {
        var w = new CanonicalWriter().Int32(state.RulesVersion).Text(state.Contract.Value).Digest(state.Founding.Digest)
            .Int64(state.Height).Digest(state.ChainHash).Int64(state.Epoch).Boolean(state.Ended).Boolean(state.Deleted)
            .Digest(state.History)
            .List(state.Anchors, TrainingEntryCodec.WriteCertificate).List(state.Authors, WriteAuthor).List(state.Commits, WriteCommit);
        w.Boolean(state.Settings is not null);
        if (state.Settings is not null)
            TrainingEntryCodec.WriteSettings(w, state.Settings);
        w.Int64(state.Pace.Done).Int32(state.Pace.Interval).List(state.Pace.Losses, (writer, loss) => writer.Double(loss));
        w.Boolean(state.Round is not null);
        if (state.Round is not null)
            WriteRound(w, state.Round);
        return w.ToArray();
    }

    internal static void WriteCommit(CanonicalWriter w, Commit commit)
    {
        w.Int64(commit.Round).Int64(commit.Opening).Int64(commit.Term).Node(commit.Leader);
        WriteClaim(w, commit.Merge);
        w.List(commit.Holders, TrainingEntryCodec.WriteNode).List(commit.Named, TrainingEntryCodec.WriteNode).Int64(commit.Height);
    }

    internal static void WriteAuthor(CanonicalWriter w, KeyValuePair<NodeId, Author> author) =>
        w.Node(author.Key).Bytes(author.Value.Key.Bytes)
        .Int64(author.Value.Incarnation).Int64(author.Value.Sequence).Boolean(author.Value.IsAdmin).Byte((byte)author.Value.Standing)
        .Boolean(author.Value.LeaderEligible);

    private static void WriteRound(CanonicalWriter w, RoundState round)
    {
        w.Int64(round.Round).Blob(round.Base).List(round.View, TrainingEntryCodec.WriteNode);
        TrainingEntryCodec.WriteSettings(w, round.Settings);
        w.Int32(round.SyncInterval).Int64(round.Opening).Int64(round.OpenedAt).Digest(round.OpenedHash).Int64(round.Term)
            .List(round.Ready, WriteReady)
            .List(round.Dissent, TrainingEntryCodec.WriteNode).Node(round.Leader).List(round.Frozen, TrainingEntryCodec.WriteNode)
            .Node(round.Barred);
        w.Boolean(round.Proposal is not null);
        if (round.Proposal is not null)
            WriteClaim(w, round.Proposal);
        w.List(round.LeftOut, TrainingEntryCodec.WriteLeftOut).List(round.Votes, WriteVote).Boolean(round.IsDisputed)
            .List(round.Suspects, TrainingEntryCodec.WriteNode)
            .List(round.Reopens, TrainingEntryCodec.WriteNode).List(round.DisputedPair, TrainingEntryCodec.WriteNode);
    }

    private static void WriteReady(CanonicalWriter w, KeyValuePair<NodeId, ReadyUpdate> ready) => w.Node(ready.Key).Blob(ready.Value.Update)
        .Int64(ready.Value.Weight).Double(ready.Value.Metrics.Loss).Double(ready.Value.Metrics.Accuracy)
        .Boolean(ready.Value.IsFinal);

    private static void WriteVote(CanonicalWriter w, KeyValuePair<NodeId, Vote> vote)
    {
        w.Node(vote.Key).Boolean(vote.Value.Full is not null);
        if (vote.Value.Full is not null)
            WriteClaim(w, vote.Value.Full);
    }

    private static void WriteClaim(CanonicalWriter w, MergeClaim claim) =>
        w.Blob(claim.Merge).List(claim.Contributors, TrainingEntryCodec.WriteNode);
}
