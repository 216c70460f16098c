namespace Starling.Fuzz.Targets;

/// <summary>A parser that is given bytes of a stranger.</summary>
internal interface IFuzzTarget
{
    /// <summary>What the command line calls it, and its corpus' folder.</summary>
    string Name { get; }

    /// <summary>How long the inputs get, in bytes, but for the few that are blown up.</summary>
    int UsualBytes => 1024;

    /// <summary>How many bytes a parse may allocate for each byte of its input, beside 64 KiB.</summary>
    double MostAllocatedPerByte => 2;

    /// <summary>How many bytes a parse may allocate in all, where the parser's own limits bound it more tightly.</summary>
    long MostAllocated => long.MaxValue;

    /// <summary>How the format writes lengths, so that the mutator can keep them true.</summary>
    LengthForm Lengths { get; }

    /// <summary>
    /// The types whose branches count for this parser, each with its namespace, or single methods as <c>Type::Method</c>; with a minus,
    /// methods that this parser never calls.
    /// </summary>
    IReadOnlyList<string> Parsers { get; }

    /// <summary>What the format is made of: keywords, tags, numbers at the edge.</summary>
    IReadOnlyList<byte[]> Words { get; }

    /// <summary>Inputs to begin with, the same in every run.</summary>
    IEnumerable<byte[]> Seeds();

    /// <summary>Parses an input. Only a refusal that the parser documents is caught; whatever else it throws is a defect.</summary>
    /// <returns>Whether the input was accepted.</returns>
    bool Parse(byte[] input);

    /// <summary>Checks what must hold of an input that was accepted, such as that it is written back as it was.</summary>
    /// <exception cref="PropertyException">It does not.</exception>
    void Confirm(byte[] input)
    {
    }
}
