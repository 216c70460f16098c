using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Tasks.Operating;

/// <summary>What an operator's journal keeps of a task runner.</summary>
/// <param name="Run">The run that it began last; 0 before the first.</param>
/// <param name="Attempts">How often it began that.</param>
/// <param name="Followed">The training contracts that it follows because tasks said so, by name. It goes on following them, so that their
/// models stay to be had.</param>
public sealed record RunnerRecord(long Run, int Attempts, ImmutableSortedDictionary<ContractId, ContractReference> Followed)
{
    /// <summary>Nothing was begun.</summary>
    public static readonly RunnerRecord Empty = new(0, 0, ImmutableSortedDictionary<ContractId, ContractReference>.Empty);

    private const int MaxFollowed = 65_536;

    /// <summary>Writes it.</summary>
    public ImmutableArray<byte> Encode() => [.. new CanonicalWriter().Int64(Run).Int32(Attempts)
        .List(Followed.Values.ToList(), (w, contract) => w.Text(contract.Contract.Value).Digest(contract.Founding.Digest)).Written];

    /// <summary>Reads it.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are none.</exception>
    public static RunnerRecord Decode(ReadOnlySpan<byte> bytes)
    {
        var r = new CanonicalReader(bytes);
        var (run, attempts) = (r.Int64(), r.Int32());
        var followed = r.List(MaxFollowed, (ref CanonicalReader c) => new ContractReference(c.Contract(), new EntryId(c.Digest())));
        r.End();
        var byName = followed.DistinctBy(contract => contract.Contract)
            .ToImmutableSortedDictionary(contract => contract.Contract, contract => contract);
        return byName.Count == followed.Length
            ? new RunnerRecord(run, attempts, byName)
            : throw new CanonicalFormatException("A contract is followed twice.");
    }
}
