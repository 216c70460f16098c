using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Tests.Tasks;
using Starling.Core.Training;
using static Starling.Core.Tests.Ledger.SignedHistory;

namespace Starling.Core.Tests.Ledger;

public sealed class LedgerVerifierTests : IDisposable
{
    private readonly SignedHistory history = new();

    public void Dispose() => history.Dispose();

    [Fact]
    public void A_whole_history_is_replayed_and_counted()
    {
        var verdict = history.Verify(founding: history.Founding, witness: new WitnessedHead(7, history.State.ChainHash));
        Assert.Null(verdict.Finding);
        Assert.Equal((7, 1), (verdict.Entries, verdict.Commits));
        Assert.Equal([KeyValuePair.Create(Refusal.TermTaken, 1L)], verdict.Refused);
        Assert.Equal(history.State.ChainHash, verdict.State.ChainHash);
        Assert.Equal(history.Founding, verdict.State.Founding);
    }

    [Fact]
    public void Editing_any_byte_of_any_entry_is_found_at_that_entry()
    {
        for (var height = 0; height < history.Stored.Count; height++)
            for (var i = 0; i < history.Stored[height].Length; i++)
            {
                var stored = history.Stored.ToList();
                stored[height] = (byte[])stored[height].Clone();
                stored[height][i] ^= (byte)(1 << (i % 8));
                Assert.True(history.Verify(stored).Finding is { } finding && finding.Height == height, $"entry {height}, byte {i}");
            }
    }

    [Fact]
    public void A_task_runners_history_is_replayed_and_counted()
    {
        var verdict = history.Verify(RunnerHistory());
        Assert.Null(verdict.Finding);
        Assert.Equal((7, 0), (verdict.Entries, verdict.Commits));
        Assert.Equal([KeyValuePair.Create(Refusal.NotPermitted, 1L)], verdict.Refused);
        Assert.Equal(WorkState.Complete, Assert.IsType<RunnerState>(verdict.State).Run!.State);
    }

    [Fact]
    public void Editing_any_byte_of_a_task_runners_entry_is_found_at_that_entry()
    {
        var whole = RunnerHistory();
        for (var height = 0; height < whole.Count; height++)
            for (var i = height % 3; i < whole[height].Length; i += 3)
            {
                var stored = whole.ToList();
                stored[height] = (byte[])stored[height].Clone();
                stored[height][i] ^= (byte)(1 << (i % 8));
                Assert.True(history.Verify(stored).Finding is { } finding && finding.Height == height, $"entry {height}, byte {i}");
            }

        Found(2, LedgerFault.ForeignChain, [.. whole.Where((_, i) => i != 2)]);
        Found(0, LedgerFault.NotFounded, [.. whole.Skip(1)]);
    }

    [Fact]
    public void The_other_form_of_a_signature_is_found()
    {
        var entry = SignedEntry.Decode(history.Stored[3]);
        var signature = entry.Signature.ToArray();
        var order = Convert.FromHexString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        var s = new System.Numerics.BigInteger(order, isUnsigned: true, isBigEndian: true)
            - new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        signature.AsSpan(32).Clear();
        s.ToByteArray(isUnsigned: true, isBigEndian: true).CopyTo(signature, 64 - s.GetByteCount(isUnsigned: true));
        using (var key = System.Security.Cryptography.ECDsa.Create())
        {
            key.ImportSubjectPublicKeyInfo(entry.Key.Bytes, out _);
            Assert.True(key.VerifyData(entry.BodyBytes, signature, System.Security.Cryptography.HashAlgorithmName.SHA256));
        }

        Found(3, LedgerFault.BadSignature, Replaced(3, new SignedEntry(entry.BodyBytes.ToArray(), entry.Key, signature)));
    }

    [Fact]
    public void An_entry_that_another_member_signed_is_found()
    {
        var body = SignedEntry.Decode(history.Stored[3]).Body;
        Found(3, LedgerFault.WrongKey, Replaced(3, history.Sign(body, B)));
    }

    [Fact]
    public void A_removed_entry_a_moved_one_and_an_added_one_are_found_by_what_later_authors_saw()
    {
        Found(2, LedgerFault.ForeignChain, [.. history.Stored.Where((_, i) => i != 2)]);
        List<byte[]> moved = [.. history.Stored];
        (moved[1], moved[2]) = (moved[2], moved[1]);
        Found(1, LedgerFault.ForeignChain, moved);
        List<byte[]> added = [.. history.Stored];
        added.Insert(2, history.Stored[1]);
        Found(4, LedgerFault.ForeignChain, added);
    }

    [Fact]
    public void Another_entry_that_its_own_author_signed_is_found_by_what_later_authors_saw_or_by_a_witness()
    {
        var last = SignedEntry.Decode(history.Stored[6]).Body;
        var other = Replaced(6, history.Sign(last with { Sequence = last.Sequence + 1 }, B));
        Assert.Null(history.Verify(other).Finding);
        Found(6, LedgerFault.DiffersFromWitness, other, new WitnessedHead(7, history.State.ChainHash));
        Found(6, LedgerFault.DiffersFromWitness, other, new WitnessedEntries([.. history.Stored.Select(s => SignedEntry.Decode(s).Id)]));
        var early = SignedEntry.Decode(history.Stored[2]).Body;
        Found(3, LedgerFault.ForeignChain, Replaced(2, history.Sign(early with { Payload = (byte[])[.. early.Payload.Span, 0] }, B)));
    }

    [Fact]
    public void A_history_that_ends_too_early_is_found_by_a_witness_alone()
    {
        var cut = history.Stored[..5];
        Assert.Null(history.Verify(cut).Finding);
        Found(5, LedgerFault.Truncated, cut, new WitnessedHead(7, history.State.ChainHash));
        Found(5, LedgerFault.Truncated, cut, new WitnessedEntries([.. history.Stored.Select(s => SignedEntry.Decode(s).Id)]));
        Assert.Null(history.Verify(witness: new WitnessedEntries([.. cut.Select(s => SignedEntry.Decode(s).Id)])).Finding);
    }

    [Fact]
    public void Entry_0_must_found_the_contract_and_be_the_one_announced()
    {
        Found(0, LedgerFault.NotFounded, []);
        Found(0, LedgerFault.NotFounded, history.Stored[1..]);
        var finding = history.Verify(founding: new EntryId(Digest.Of("another"u8))).Finding;
        Assert.Equal((0, LedgerFault.NotFounded), (finding!.Height, finding.Fault));
    }

    /// <summary>Red if whoever appends a founding's body under another key first makes a sound history look ill.</summary>
    [Fact]
    public void A_founding_whose_body_came_first_under_another_key_founds_all_the_same()
    {
        var spoiler = history.Sign(SignedEntry.Decode(history.Stored[0]).Body, B).Encode();
        foreach (var founding in (EntryId?[])[null, history.Founding])
        {
            var verdict = history.Verify([spoiler, history.Stored[0]], founding: founding);
            Assert.Null(verdict.Finding);
            Assert.Equal((2, true), (verdict.Entries, verdict.State.IsFounded));
            Assert.Equal([KeyValuePair.Create(Refusal.WrongKey, 1L)], verdict.Refused);
        }

        Found(0, LedgerFault.NotFounded, [spoiler]);
        Found(0, LedgerFault.NotFounded, [spoiler, .. history.Stored[1..]]);
        Assert.Equal(0, history.Verify([spoiler, .. history.Stored[1..]]).Entries);
    }

    [Fact]
    public void An_entry_of_another_contract_and_one_out_of_line_are_found()
    {
        var body = SignedEntry.Decode(history.Stored[2]).Body;
        Found(2, LedgerFault.ForeignContract, Replaced(2, history.Sign(body with { Contract = ContractId.Parse("other") }, B)));
        var verifier = new LedgerVerifier(Contract, null, history);
        Assert.True(verifier.Take(0, history.Stored[0]));
        Assert.False(verifier.Take(2, history.Stored[2]));
        Assert.False(verifier.Take(1, history.Stored[1]));
        var finding = verifier.Finish().Finding;
        Assert.Equal((1, LedgerFault.Gap), (finding!.Height, finding.Fault));
    }

    [Fact]
    public void What_the_fold_refuses_is_counted_and_is_no_fault()
    {
        history.Append(A, new Suspect(1, 1, 1));
        history.Append(A, new Claim(2, 1, 1));
        history.Append(SignedEntry.Decode(history.Stored[1]));
        var verdict = history.Verify();
        Assert.Null(verdict.Finding);
        Assert.Equal([Refusal.Duplicate, Refusal.RoundClosed, Refusal.TermTaken, Refusal.NotReady], verdict.Refused.Keys);
    }

    private List<byte[]> Replaced(int height, SignedEntry entry)
    {
        List<byte[]> stored = [.. history.Stored];
        stored[height] = entry.Encode();
        return stored;
    }

    private void Found(long height, LedgerFault fault, List<byte[]> stored, LedgerWitness? witness = null)
    {
        var finding = history.Verify(stored, witness).Finding;
        Assert.Equal((height, fault), (finding?.Height, finding?.Fault));
        Assert.NotEmpty(finding!.Detail);
    }

    /// <summary>A task that one operator completes, and another that it may not assign.</summary>
    private List<byte[]> RunnerHistory()
    {
        var stored = new List<byte[]>();
        var state = RunnerState.Empty(Contract, default);
        var sequences = new Dictionary<NodeId, long>();
        var make = RunnerScript.Name("make");
        Append(Admin, new FoundRunner([], [Enrolment(Admin)], [Enrolment(A), Enrolment(B)]));
        Append(Admin, new WriteTask(RunnerScript.Task("make"), Replaces: false));
        Append(Admin, new FinaliseTask(make));
        Append(A, new AssignTask(make, new OnePeer(A)));
        Append(Admin, new AssignTask(make, new OnePeer(A)));
        Append(A, new Enlist(1));
        Append(A, new ReportWork(1, RunnerScript.Report(WorkState.Complete)));
        return stored;

        void Append(NodeId author, RunnerEntry entry)
        {
            sequences[author] = sequences.GetValueOrDefault(author) + 1;
            var signed = history.Sign(new EntryBody(Contract, 0, author, 1, sequences[author], RunnerState.FoldVersion, state.Height,
                state.ChainHash, RunnerEntryCodec.Encode(entry)), author);
            if (state.Height == 0)
                state = state with { Founding = signed.Id };
            state = RunnerFold.Apply(state, new VerifiedEntry(signed, SignatureValid: true), history).State;
            stored.Add(signed.Encode());
        }
    }
}
