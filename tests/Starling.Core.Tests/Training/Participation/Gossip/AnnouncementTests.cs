using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Training.Participation.Gossip;

namespace Starling.Core.Tests.Training.Participation.Gossip;

public sealed class AnnouncementTests
{
    private static readonly Announcement Good = new(3, ContractScript.Blob("update"), 4096, 10);

    [Fact]
    public void ReadsBackWhatItWrote() => Assert.Equal(Good, Announcement.Decode(Good.Encode(), ContractScript.Settings()));

    [Fact]
    public void ItIsAsLongAsTheProtocolSays() => Assert.Equal(56, Good.Encode().Length);

    [Fact]
    public void WhatIsOutOfBoundsIsNoWord() => Assert.All(
        [
            Good with { Round = 0 }, Good with { Round = ContractScript.Settings().Rounds + 1 }, Good with { Update = BlobId.None },
            Good with { Bytes = 0 },
            Good with { Bytes = ContractScript.Settings().MaxModelBytes + 1 }, Good with { Weight = 0 }, Good with { Weight = 1_000_001 },
        ],
        bad => Assert.Null(Announcement.Decode(bad.Encode(), ContractScript.Settings())));

    [Fact]
    public void NoOtherLengthIsAWord()
    {
        var bytes = Good.Encode();
        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Null(Announcement.Decode(bytes[..length], null)));
        Assert.Null(Announcement.Decode(bytes.Add(0), null));
        Assert.Null(Announcement.Decode([.. Enumerable.Repeat((byte)255, ProtocolMessage.MaxPayloadBytes)], null));
    }
}
