using Starling.Core.Ledger;

namespace Starling.Ledgers.Tests;

public sealed class EntryVerifierTests
{
    [Fact]
    public void A_key_is_imported_once_for_many_entries()
    {
        using var author = new TestAuthor();
        using var verifier = new EntryVerifier();
        foreach (var entry in author.Entries(7))
            Assert.True(Assert.Single(verifier.Verify([entry])).SignatureValid);
        Assert.Equal((1, 7), (verifier.Imported, verifier.Verified));
    }

    [Fact]
    public void The_latest_verdicts_are_remembered_by_all_the_bytes_that_are_stored()
    {
        using var author = new TestAuthor();
        using var verifier = new EntryVerifier();
        var entry = author.Entry(1);
        var forged = Forged(entry);
        Assert.Equal(entry.Id, forged.Id);
        for (var again = 0; again < 2; again++)
            Assert.Equal([true, false, true], verifier.Verify([entry, forged, entry]).Select(e => e.SignatureValid));
        Assert.Equal(2, verifier.Verified);
    }

    [Fact]
    public void An_imported_key_refuses_what_another_signed()
    {
        using var author = new TestAuthor();
        using var other = new TestAuthor();
        using var verifier = new EntryVerifier();
        var (mine, theirs) = (author.Entry(1), other.Entry(1));
        var claimed = new SignedEntry([.. mine.BodyBytes], theirs.Key, [.. mine.Signature]);
        Assert.Equal([true, true, false], verifier.Verify([mine, theirs, claimed]).Select(e => e.SignatureValid));
    }

    [Fact]
    public void What_is_no_key_is_refused_each_time()
    {
        using var author = new TestAuthor();
        using var verifier = new EntryVerifier();
        for (var sequence = 1; sequence <= 3; sequence++)
        {
            var entry = author.Entry(sequence);
            byte[] offCurve = [.. entry.Key.Bytes];
            offCurve[^1] ^= 1;
            Assert.False(verifier.Verify([new SignedEntry([.. entry.BodyBytes], new(offCurve), [.. entry.Signature])])[0].SignatureValid);
        }

        Assert.Equal(0, verifier.HeldKeys);
    }

    [Fact]
    public void No_more_keys_are_held_than_permitted_however_many_authors_there_are()
    {
        using var verifier = new EntryVerifier(maxKeys: 3);
        for (var i = 0; i < 8; i++)
        {
            using var author = new TestAuthor();
            Assert.True(verifier.Verify([author.Entry(1)])[0].SignatureValid);
            Assert.InRange(verifier.HeldKeys, 1, 3);
        }
    }

    [Fact]
    public async Task Several_threads_get_the_verdicts_that_one_gets()
    {
        using var author = new TestAuthor();
        using var verifier = new EntryVerifier(maxKeys: 2);
        var entries = author.Entries(40).Select((entry, i) => i % 3 == 0 ? Forged(entry) : entry).ToArray();
        var expected = entries.Select(TestAuthor.Verify).ToArray();
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => verifier.Verify(entries))));
        foreach (var verdict in verdicts)
            Assert.Equal(expected, verdict.Select(e => e.SignatureValid));
    }

    private static SignedEntry Forged(SignedEntry entry)
    {
        byte[] signature = [.. entry.Signature];
        signature[5] ^= 1;
        return new SignedEntry([.. entry.BodyBytes], entry.Key, signature);
    }
}
