using Starling.Fuzz.Targets;

namespace Starling.Fuzz.Tests.Running;

/// <summary>A parser that does what a test wants.</summary>
internal sealed class FakeTarget(Func<byte[], bool> parse, Action<byte[]>? confirm = null) : IFuzzTarget
{
    public string Name => "fake";

    public LengthForm Lengths { get; init; } = LengthForm.None;

    public double MostAllocatedPerByte { get; init; } = 2;

    public IReadOnlyList<string> Parsers => [];

    public IReadOnlyList<byte[]> Words { get; init; } = [];

    public IEnumerable<byte[]> Seeds() => [[1, 2, 3]];

    public bool Parse(byte[] input) => parse(input);

    public void Confirm(byte[] input) => confirm?.Invoke(input);
}
