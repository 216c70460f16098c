using Starling.Core.Models;

namespace Starling.Core.Merging;

/// <summary>
/// Carries out a merge block by block: a block's memory is all that it needs, however many states there are and however long they are.
/// </summary>
public static class Merger
{
    /// <summary>Elements in a block, the unit of work of a thread.</summary>
    public const int BlockElements = 16_384;

    // 16 MiB: of a longer model the caches keep little until somebody reads it.
    private const long CachedElements = 1 << 22;

    /// <summary>Merges into a sink. After a fault what was written is to be thrown away.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="parameters">The rule's parameters.</param>
    /// <param name="inputs">The states.</param>
    /// <param name="integers">What becomes of integer tensors.</param>
    /// <param name="sink">Receives every element. It must not be one of the states: its memory may be written before they are read
    /// for the last time.</param>
    /// <param name="scheduler">Runs the blocks.</param>
    /// <returns>The first fault, in the order of the elements, or null.</returns>
    public static MergeFault? Merge(
        IMergeRule rule, MergeParameters parameters, MergeInputs inputs, IntegerPolicy integers, IModelSink sink, IBlockScheduler scheduler)
    {
        for (var i = 1; i < inputs.Count; i++)
            if (inputs.Models[i].Source.Schema.Hash != inputs.Schema.Hash)
                return new MergeFault(MergeFaultKind.SchemaMismatch, i, 0);
        if (inputs.Reference is { } reference && reference.Schema.Hash != inputs.Schema.Hash)
            return new MergeFault(MergeFaultKind.ReferenceUnfit, -1, 0);
        var prepared = rule.Prepare(inputs, parameters, scheduler, out var fault);
        return prepared is null
            ? fault
            : MergeFloats(prepared, inputs.Schema.FloatCount, sink, scheduler) ?? MergeIntegers(prepared, inputs, integers, sink);
    }

    /// <summary>
    /// Merges states in memory, on this thread, in the order given, with the rule's defaults where no parameters are given.
    /// </summary>
    public static MergeResult Merge(
        IMergeRule rule, IEnumerable<(ModelState State, long Weight)> states, MergeParameters? parameters = null,
        IntegerPolicy integers = IntegerPolicy.Keep,
        IModelSource? reference = null, int? own = null)
    {
        var inputs = MergeInputs.InOrder(states.Select(s => new WeightedModel(s.State, s.Weight)), reference, own);
        var merged = new ModelState(inputs.Schema);
        var fault = Merge(rule, parameters ?? MergeParameters.DefaultsOf(rule), inputs, integers, merged, SerialBlocks.Instance);
        return fault is null ? new(merged, null) : new(null, fault);
    }

    /// <summary>Merges the flat float buffer alone.</summary>
    internal static MergeFault? MergeFloats(IPreparedMerge prepared, long elements, IModelSink sink, IBlockScheduler scheduler)
    {
        var blocks = checked((int)((elements + BlockElements - 1) / BlockElements));
        var faults = new MergeFault?[blocks];
        var isPastCaches = elements > CachedElements;
        scheduler.ForEach(blocks, block =>
        {
            var offset = (long)block * BlockElements;
            using var scratch = new AlignedBuffer<float>(BlockElements);
            var piece = scratch.Span[..(int)Math.Min(BlockElements, elements - offset)];
            var result = sink.Room(offset, piece);
            faults[block] = isPastCaches && result != piece ? prepared.MergePastCaches(offset, result) : prepared.Merge(offset, result);
            if (faults[block] is null && !prepared.ProvesFinite && FiniteCheck.IndexOfNotFinite(result) is >= 0 and var bad)
                faults[block] = new MergeFault(MergeFaultKind.ResultNotFinite, -1, offset + bad);
            if (faults[block] is null)
                sink.Write(offset, result);
        });
        return Array.Find(faults, fault => fault is not null);
    }

    /// <summary>A piece of an integer tensor as <see cref="IntegerPolicy.Keep"/> has it.</summary>
    internal static MergeFault? KeepIntegers(IPreparedMerge prepared, MergeInputs inputs, int tensor, long offset, Span<long> result) =>
        (prepared.Chosen ?? inputs.Own) is { } one
            ? Take(inputs, one, tensor, offset, result)
            : TakeMedians(inputs, tensor, offset, result);

    private static MergeFault? MergeIntegers(IPreparedMerge prepared, MergeInputs inputs, IntegerPolicy policy, IModelSink sink)
    {
        var result = new long[BlockElements];
        var sums = new Int128[BlockElements];
        for (var tensor = 0; tensor < inputs.Schema.Tensors.Length; tensor++)
        {
            var spec = inputs.Schema.Tensors[tensor];
            for (var at = 0L; !spec.IsFloat && at < spec.Count; at += BlockElements)
            {
                var count = (int)Math.Min(BlockElements, spec.Count - at);
                var averaged = policy == IntegerPolicy.Average && spec.Type != ElementType.Bool;
                var fault = averaged
                    ? Average(inputs, tensor, at, sums.AsSpan(0, count), result.AsSpan(0, count))
                    : KeepIntegers(prepared, inputs, tensor, at, result.AsSpan(0, count));
                if (fault is not null)
                    return fault;
                sink.WriteIntegers(tensor, at, result.AsSpan(0, count));
            }
        }

        return null;
    }

    private static MergeFault? Average(MergeInputs inputs, int tensor, long offset, Span<Int128> sums, Span<long> result)
    {
        sums.Clear();
        for (var input = 0; input < inputs.Count; input++)
        {
            if (Take(inputs, input, tensor, offset, result) is { } fault)
                return fault;
            for (var i = 0; i < result.Length; i++)
                sums[i] += (Int128)result[i] * inputs.Models[input].Weight;
        }

        for (var i = 0; i < result.Length; i++)
            result[i] = RoundToNearestEven(sums[i], inputs.TotalWeight);
        return null;
    }

    // In pieces, so that a block's memory does not grow with the number of states.
    private static MergeFault? TakeMedians(MergeInputs inputs, int tensor, long offset, Span<long> result)
    {
        var piece = Math.Max(1, BlockElements / inputs.Count);
        var rows = new long[inputs.Count * Math.Min(piece, result.Length)];
        var (values, weights) = (new long[inputs.Count], new long[inputs.Count]);
        for (var at = 0; at < result.Length; at += piece)
        {
            var length = Math.Min(piece, result.Length - at);
            for (var input = 0; input < inputs.Count; input++)
                if (Take(inputs, input, tensor, offset + at, rows.AsSpan(input * length, length)) is { } fault)
                    return fault;
            for (var i = 0; i < length; i++)
            {
                for (var input = 0; input < inputs.Count; input++)
                    (values[input], weights[input]) = (rows[(input * length) + i], inputs.Models[input].Weight);
                result[at + i] = LowerMedian(values, weights, inputs.TotalWeight);
            }
        }

        return null;
    }

    private static long LowerMedian(long[] values, long[] weights, long total)
    {
        Array.Sort(values, weights);
        var place = 0;
        for (var held = weights[0]; 2 * held < total; held += weights[place])
            place++;
        return values[place];
    }

    private static MergeFault? Take(MergeInputs inputs, int input, int tensor, long offset, Span<long> destination)
    {
        inputs.Models[input].Source.ReadIntegers(tensor, offset, destination);
        var (least, most) = inputs.Schema.Tensors[tensor].Type.Range();
        var bad = destination.IndexOfAnyExceptInRange(least, most);
        return bad < 0 ? null : new MergeFault(MergeFaultKind.InputOutOfRange, input, offset + bad);
    }

    private static long RoundToNearestEven(Int128 sum, long divisor)
    {
        var (quotient, remainder) = Int128.DivRem(sum, divisor);
        if (remainder < 0)
        {
            quotient--;
            remainder += divisor;
        }

        var twice = 2 * remainder;
        return (long)(twice > divisor || (twice == divisor && Int128.IsOddInteger(quotient)) ? quotient + 1 : quotient);
    }
}
