using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tasks.Operating;

namespace Starling.Core.Tests.Tasks;

public sealed class RunnerRecordTests
{
    private static readonly RunnerRecord Some = RunnerRecord.Empty with
    {
        Run = 7,
        Attempts = 2,
        Followed = new[] { "b", "a" }.Select(name => new ContractReference(ContractId.Parse(name), new EntryId(Digest.Of([(byte)name[0]]))))
            .ToImmutableSortedDictionary(contract => contract.Contract, contract => contract),
    };

    [Fact]
    public void ReadsBackWhatItWrote()
    {
        foreach (var record in (RunnerRecord[])[RunnerRecord.Empty, Some])
        {
            var read = RunnerRecord.Decode(record.Encode().AsSpan());
            Assert.Equal((record.Run, record.Attempts), (read.Run, read.Attempts));
            Assert.Equal(record.Followed.ToArray(), read.Followed.ToArray());
        }
    }

    [Fact]
    public void RefusesEveryTruncationAndAnyTail()
    {
        var bytes = Some.Encode();
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<CanonicalFormatException>(() => RunnerRecord.Decode(bytes.AsSpan(0, length)));
        Assert.Throws<CanonicalFormatException>(() => RunnerRecord.Decode([.. bytes, 0]));
    }

    [Fact]
    public void ANameThatStandsThereTwiceIsRefused()
    {
        var twice = new CanonicalWriter().Int64(1).Int32(1).Int32(2);
        foreach (var founding in (byte[])[1, 2])
            twice.Text("a").Digest(Digest.Of([founding]));
        Assert.Throws<CanonicalFormatException>(() => RunnerRecord.Decode(twice.Written));
    }
}
