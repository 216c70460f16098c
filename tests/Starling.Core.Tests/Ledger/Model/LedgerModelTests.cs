using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Ledger.Model;
using static Starling.Core.Tests.Ledger.SampleEntries;

namespace Starling.Core.Tests.Ledger.Model;

public class LedgerModelTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Without_faults_entries_are_read_in_the_order_of_appends_and_with_their_verdict()
    {
        var model = Model(LedgerFaults.None);
        Assert.Equal(AppendOutcome.Appended, model.Append([Entry(1), Entry(2, signature: 0)], Instant.Zero));
        Assert.Equal(AppendOutcome.Appended, model.Append([Entry(3)], Instant.Zero));
        var page = model.Read(Contract, 0, 10, Instant.Zero)!;
        Assert.Equal([1, 2, 3], page.Entries.Select(e => e.Entry.Body.Sequence));
        Assert.Equal([true, false, true], page.Entries.Select(e => e.SignatureValid));
        Assert.Equal(3, page.Height);
        Assert.Equal([2], model.Read(Contract, 1, 1, Instant.Zero)!.Entries.Select(e => e.Entry.Body.Sequence));
    }

    [Fact]
    public void An_unknown_contract_and_a_height_beyond_the_end_have_no_entries()
    {
        var model = Model(LedgerFaults.None);
        Assert.Equal((0, 0), Counts(model.Read(Contract, 0, 10, Instant.Zero)!));
        model.Append([Entry(1)], Instant.Zero);
        Assert.Equal((0, 1), Counts(model.Read(Contract, 7, 10, Instant.Zero)!));
    }

    [Fact]
    public void The_same_bytes_are_stored_once_but_a_false_signature_does_not_keep_the_true_one_out()
    {
        var model = Model(LedgerFaults.None);
        model.Append([Entry(1, signature: 0), Entry(1)], Instant.Zero);
        model.Append([Entry(1)], Instant.Zero);
        Assert.Equal([false, true], model.Final(Contract).Select(e => e.SignatureValid));
    }

    [Fact]
    public void A_page_ends_before_it_grows_too_large_but_has_one_entry_at_least()
    {
        var model = Model(LedgerFaults.None);
        model.Append([.. Enumerable.Range(1, 3).Select(i => Entry(i, payloadBytes: EntryBody.MaxPayloadBytes))], Instant.Zero);
        Assert.Equal((1, 3), Counts(model.Read(Contract, 0, 10, Instant.Zero)!));
    }

    [Theory]
    [InlineData(nameof(LedgerFaults.Unavailable), AppendOutcome.Unavailable, 0)]
    [InlineData(nameof(LedgerFaults.LostAppend), AppendOutcome.Unknown, 0)]
    [InlineData(nameof(LedgerFaults.LostAcknowledgement), AppendOutcome.Unknown, 1)]
    public void A_faulty_append_writes_what_its_fault_says(string fault, AppendOutcome outcome, int written)
    {
        var model = Model(fault switch
        {
            nameof(LedgerFaults.Unavailable) => new LedgerFaults { Unavailable = 1 },
            nameof(LedgerFaults.LostAppend) => new LedgerFaults { LostAppend = 1 },
            _ => new LedgerFaults { LostAcknowledgement = 1 },
        });
        Assert.Equal(outcome, model.Append([Entry(1)], Instant.Zero));
        Assert.Equal(written, model.Final(Contract).Count);
    }

    [Fact]
    public void A_late_append_lands_when_the_model_says_even_after_the_faults_have_ended()
    {
        var model = Model(new LedgerFaults { LateAppend = 1, LateBy = Second });
        Assert.Equal(AppendOutcome.Unknown, model.Append([Entry(1)], Instant.Zero));
        model.Faults = LedgerFaults.None;
        var lands = model.NextEvent;
        Assert.InRange(lands.Nanoseconds, 1, (Instant.Zero + Second).Nanoseconds);
        Assert.Empty(model.Read(Contract, 0, 10, new Instant(lands.Nanoseconds - 1))!.Entries);
        Assert.Equal([Contract], model.TakeChanged(lands));
        Assert.Single(model.Read(Contract, 0, 10, lands)!.Entries);
        Assert.Equal(Instant.Never, model.NextEvent);
    }

    [Fact]
    public void Nobody_reads_an_entry_before_it_is_final()
    {
        var model = Model(new LedgerFaults { FinalAfter = Second });
        model.Append([Entry(1)], Instant.Zero);
        Assert.Equal((0, 0), Counts(model.Read(Contract, 0, 10, Instant.Zero)!));
        Assert.Empty(model.TakeChanged(Instant.Zero));
        Assert.Equal(Instant.Zero + Second, model.NextEvent);
        Assert.Equal([Contract], model.TakeChanged(model.NextEvent));
        Assert.Equal((1, 1), Counts(model.Read(Contract, 0, 10, Instant.Zero + Second)!));
    }

    [Fact]
    public void An_entry_that_vanished_before_it_was_final_can_be_sent_again()
    {
        var model = Model(new LedgerFaults { FinalAfter = Second, Reorganisation = 1, Vanishing = 1 });
        Assert.Equal(AppendOutcome.Appended, model.Append([Entry(1)], Instant.Zero));
        Assert.Equal(Instant.Never, model.NextEvent);
        model.Faults = LedgerFaults.None;
        model.Append([Entry(1)], Instant.Zero);
        Assert.Single(model.Final(Contract));
    }

    [Fact]
    public void A_reorganisation_changes_the_order_of_what_is_not_final_and_of_nothing_else()
    {
        var orders = new SortedSet<string>();
        for (ulong seed = 0; seed < 20; seed++)
        {
            var model = Model(new LedgerFaults { FinalAfter = Second, Reorganisation = 1 }, seed);
            model.Append([Entry(1), Entry(2), Entry(3)], Instant.Zero);
            model.TakeChanged(Instant.Zero + Second);
            var settled = Sequences(model.Final(Contract));
            model.Append([Entry(4), Entry(5)], Instant.Zero + Second);
            model.TakeChanged(Instant.Zero + (2 * Second));
            Assert.Equal(settled, Sequences(model.Final(Contract).Take(3)));
            Assert.Equal(5, model.Final(Contract).Count);
            orders.Add(settled);
        }

        Assert.Equal(6, orders.Count);
    }

    [Fact]
    public void Reads_fail_and_pages_are_short_by_their_faults()
    {
        var model = Model(new LedgerFaults { ReadUnavailable = 1 });
        model.Append([.. Enumerable.Range(1, 20).Select(i => Entry(i))], Instant.Zero);
        Assert.Null(model.Read(Contract, 0, 20, Instant.Zero));
        model.Faults = new LedgerFaults { ShortPage = 1 };
        var counts = Enumerable.Range(0, 50).Select(_ => Counts(model.Read(Contract, 0, 20, Instant.Zero)!)).ToList();
        Assert.All(counts, c => Assert.Equal(20, c.Height));
        Assert.All(counts, c => Assert.InRange(c.Entries, 1, 20));
        Assert.True(counts.Distinct().Count() > 5);
    }

    [Fact]
    public void A_stale_read_shows_the_ledger_of_a_moment_ago_and_no_older_one()
    {
        var model = Model(new LedgerFaults { StaleRead = 1, StaleBy = 3 * Second });
        for (var i = 0; i < 10; i++)
            model.Append([Entry(i + 1)], Instant.Zero + (i * Second));
        var at = Instant.Zero + (9 * Second);
        var heights = Enumerable.Range(0, 200).Select(_ => (int)model.Read(Contract, 0, 20, at)!.Height).Distinct().Order().ToList();
        Assert.Equal([7, 8, 9], heights);
    }

    [Fact]
    public void In_an_outage_nothing_is_answered_and_it_ends()
    {
        var model = Model(new LedgerFaults { OutageEvery = 10 * Second, OutageLength = 10 * Second });
        var silent = 0;
        for (var i = 0; i < 1000; i++)
        {
            var at = Instant.Zero + (i * Second);
            var page = model.Read(Contract, 0, 1, at);
            Assert.Equal(page is null ? AppendOutcome.Unavailable : AppendOutcome.Appended, model.Append([Entry(i + 1)], at));
            silent += page is null ? 1 : 0;
        }

        Assert.InRange(silent, 300, 700);
    }

    [Fact]
    public void Hints_are_lost_and_repeated_as_often_as_the_faults_say()
    {
        var model = Model(new LedgerFaults { LostHint = 0.3, RepeatedHint = 0.2 });
        var counts = new int[3];
        for (var i = 0; i < 10_000; i++)
            counts[model.DrawHints()]++;
        Assert.InRange(counts[0], 2800, 3200);
        Assert.InRange(counts[2], 1800, 2200);
    }

    [Fact]
    public void Whatever_the_storm_final_entries_never_contradict_each_other_and_a_seed_repeats_itself()
    {
        for (ulong seed = 0; seed < 50; seed++)
            Assert.Equal(Weather(seed), Weather(seed));
        Assert.NotEqual(Weather(1), Weather(2));
    }

    [Fact]
    public void Every_fault_out_of_bounds_is_named_at_once()
    {
        var broken = new LedgerFaults { Unavailable = 2, StaleRead = double.NaN, LateBy = -Second };
        Assert.Equal(4, broken.Problems.Length);
        var thrown = Assert.Throws<ArgumentException>(() => Model(broken));
        Assert.Contains(nameof(LedgerFaults.StaleRead), thrown.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(LedgerFaults.LateBy), thrown.Message, StringComparison.Ordinal);
        Assert.Empty(LedgerFaults.Mild.Problems);
        Assert.Empty(LedgerFaults.Storm.Problems);
    }

    [Fact]
    public void Time_never_goes_back()
    {
        var model = Model(LedgerFaults.None);
        model.Append([Entry(1)], Instant.Zero + Second);
        Assert.Throws<ArgumentException>(() => model.Append([Entry(2)], Instant.Zero));
    }

    // Appends each entry until it is read back, and checks every page against all that were read before.
    private static string Weather(ulong seed)
    {
        var model = Model(LedgerFaults.Storm, seed);
        var seen = new List<EntryId>();
        var (at, sequence) = (Instant.Zero, 1);
        for (var step = 0; step < 2000 && sequence <= 30; step++)
        {
            at += TimeSpan.FromMilliseconds(100);
            model.Append([Entry(sequence)], at);
            if (model.Read(Contract, 0, LedgerPage.MaxEntries, at) is not { } page)
                continue;
            Assert.True(page.Height >= page.Entries.Length);
            var ids = page.Entries.Select(e => e.Entry.Id).ToList();
            var common = Math.Min(ids.Count, seen.Count);
            Assert.Equal(seen.Take(common), ids.Take(common));
            if (ids.Count > seen.Count)
                seen = ids;
            if (page.Entries.Any(e => e.Entry.Body.Sequence == sequence))
                sequence++;
        }

        Assert.Equal(31, sequence);
        Assert.Equal(seen.Count, seen.Distinct().Count());
        return Sequences(model.Final(Contract)) + at;
    }

    private static LedgerModel Model(LedgerFaults faults, ulong seed = 1) => new(faults, new SeededRandom(seed), Verify);

    private static (int Entries, long Height) Counts(LedgerPage page) => (page.Entries.Length, page.Height);

    private static string Sequences(IEnumerable<VerifiedEntry> entries) => string.Join(' ', entries.Select(e => e.Entry.Body.Sequence));
}
