using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Starling.Core.Models;

/// <summary>
/// Reads the JSON of a safetensors header. Memory is bounded by the JSON's length; the nesting that it follows by the format's own.
/// </summary>
internal sealed class SafetensorsHeaderParser(long dataStart, long fileLength)
{
    internal const string Metadata = "__metadata__";

    // The root, a tensor, its shape.
    private const int DeepestLevel = 3;

    private static readonly string[] FieldNames = ["dtype", "shape", "data_offsets"];
    private static readonly string[] TypeNames = Array.ConvertAll(Enum.GetValues<ElementType>(), type => type.Format());

    private readonly List<long> dimensions = [];

    // One after another as they come, then sorted; made for as many as the syntax shows, so that they become the header's own.
    private TensorSpec[] specs = [];
    private ByteRange[] ranges = [];
    private int count;
    private SafetensorsError? error;
    private string detail = "";

    internal SafetensorsHeaderResult Parse(ReadOnlySpan<byte> json)
    {
        if (CheckSyntax(json) && ParseRoot(json) && CheckNames() && CheckCoverage())
        {
            SortByName();
            var schema = ModelSchema.OfSorted(ImmutableCollectionsMarshal.AsImmutableArray(specs));
            return new(new SafetensorsHeader(schema, ImmutableCollectionsMarshal.AsImmutableArray(ranges), dataStart), null, "");
        }

        return new(null, error, detail);
    }

    private bool Refuse(SafetensorsError reason, string what)
    {
        error = reason;
        detail = what;
        return false;
    }

    private bool CheckSyntax(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return Refuse(SafetensorsError.NotUtf8, "the header");
        if (json.IsEmpty || json[0] != (byte)'{')
            return Refuse(SafetensorsError.NotJson, "the header does not begin with {");
        var reader = new Utf8JsonReader(json);
        var names = 0;
        try
        {
            while (!IsBrokenLiteral(json[(int)reader.BytesConsumed..]) && reader.Read())
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && !IsMetadata(ref reader))
                    names++;
                else if (reader.CurrentDepth >= DeepestLevel && reader.TokenType is (JsonTokenType.StartArray or JsonTokenType.StartObject))
                    return Refuse(SafetensorsError.TooDeep, $"at byte {reader.TokenStartIndex}");
        }
        catch (JsonException exception)
        {
            return Refuse(SafetensorsError.NotJson, $"at byte {exception.BytePositionInLine} of line {exception.LineNumber}");
        }

        if (IsBrokenLiteral(json[(int)reader.BytesConsumed..]))
            return Refuse(SafetensorsError.NotJson, $"behind byte {reader.BytesConsumed}");
        (specs, ranges) =
            (new TensorSpec[Math.Min(names, SafetensorsHeader.MaxTensors)], new ByteRange[Math.Min(names, SafetensorsHeader.MaxTensors)]);
        return true;
    }

    // The reader would complain in a message that holds all that follows, several times over.
    private static bool IsBrokenLiteral(ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart(" \t\r\n,:"u8);
        return !rest.IsEmpty && rest[0] switch
        {
            (byte)'t' => !rest.StartsWith("true"u8),
            (byte)'f' => !rest.StartsWith("false"u8),
            (byte)'n' => !rest.StartsWith("null"u8),
            _ => false,
        };
    }

    private bool ParseRoot(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var metadata = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!TryText(ref reader, out var name))
                return false;
            reader.Read();
            if (name == Metadata)
            {
                if (metadata)
                    return Refuse(SafetensorsError.DuplicateKey, Metadata);
                metadata = true;
                if (!ParseMetadata(ref reader))
                    return false;
                continue;
            }

            if (name.Length == 0)
                return Refuse(SafetensorsError.NameEmpty, $"tensor {count}");
            if (name.Length > SafetensorsHeader.MaxNameLength)
                return Refuse(SafetensorsError.NameTooLong, $"{name.Length} characters");
            if (count == SafetensorsHeader.MaxTensors)
                return Refuse(SafetensorsError.TooManyTensors, $"more than {SafetensorsHeader.MaxTensors}");
            if (!ParseTensor(ref reader, name))
                return false;
        }

        return true;
    }

    private bool ParseMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return Refuse(SafetensorsError.BadMetadata, "not an object");
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!TryText(ref reader, out var key))
                return false;
            if (!keys.Add(key))
                return Refuse(SafetensorsError.DuplicateKey, key);
            if (keys.Count > SafetensorsHeader.MaxMetadata)
                return Refuse(SafetensorsError.BadMetadata, $"more than {SafetensorsHeader.MaxMetadata} keys");
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                return Refuse(SafetensorsError.BadMetadata, key);
        }

        return true;
    }

    private bool ParseTensor(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return Refuse(SafetensorsError.MissingField, $"{name} is not an object");
        ElementType? type = null;
        ImmutableArray<long>? shape = null;
        ByteRange? range = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!TryField(ref reader, out var field))
                return false;
            if ((field, type, shape, range) is ("dtype", not null, _, _) or ("shape", _, not null, _) or ("data_offsets", _, _, not null))
                return Refuse(SafetensorsError.DuplicateKey, $"{field} of {name}");
            reader.Read();
            switch (field)
            {
                case "dtype" when !TryType(ref reader, name, out type):
                case "shape" when !TryShape(ref reader, name, out shape):
                case "data_offsets" when !TryOffsets(ref reader, name, out range):
                    return false;
                case "dtype" or "shape" or "data_offsets":
                    break;
                default:
                    return Refuse(SafetensorsError.UnknownField, $"{field[..Math.Min(field.Length, 32)]} of {name}");
            }
        }

        if (type is null || shape is null || range is null)
            return Refuse(SafetensorsError.MissingField,
                $"{(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")} of {name}");
        var spec = new TensorSpec(name, type.Value, shape.Value);
        // Division, because the product with the size could overflow.
        if (range.Value.Length % type.Value.Size() != 0 || range.Value.Length / type.Value.Size() != spec.Count)
            return Refuse(SafetensorsError.WrongSize, $"{name} has {range.Value.Length} bytes for {spec.Count} elements");
        specs[count] = spec;
        ranges[count++] = range.Value;
        return true;
    }

    private bool TryType(ref Utf8JsonReader reader, string name, out ElementType? type)
    {
        type = null;
        if (reader.TokenType != JsonTokenType.String)
            return Refuse(SafetensorsError.UnknownType, $"of {name}");
        if (TryKnown(ref reader, TypeNames) is { } plain)
        {
            type = (ElementType)Array.IndexOf(TypeNames, plain);
            return true;
        }

        if (!TryText(ref reader, out var text))
            return false;
        if (!ElementTypeFormat.TryParse(text, out var known))
            return Refuse(SafetensorsError.UnknownType, $"{text[..Math.Min(text.Length, 32)]} of {name}");
        type = known;
        return true;
    }

    private bool TryShape(ref Utf8JsonReader reader, string name, out ImmutableArray<long>? shape)
    {
        shape = null;
        if (reader.TokenType != JsonTokenType.StartArray)
            return Refuse(SafetensorsError.BadShape, $"of {name}");
        dimensions.Clear();
        var product = (UInt128)1;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var dimension) || dimension < 0)
                return Refuse(SafetensorsError.BadShape, $"of {name}");
            product *= (ulong)dimension;
            if (product > long.MaxValue)
                return Refuse(SafetensorsError.BadShape, $"{name} overflows");
            if (dimensions.Count == SafetensorsHeader.MaxDimensions)
                return Refuse(SafetensorsError.TooManyDimensions, name);
            dimensions.Add(dimension);
        }

        shape = ImmutableArray.Create(CollectionsMarshal.AsSpan(dimensions));
        return true;
    }

    private bool TryOffsets(ref Utf8JsonReader reader, string name, out ByteRange? range)
    {
        range = null;
        Span<long> offsets = stackalloc long[2];
        if (reader.TokenType != JsonTokenType.StartArray)
            return Refuse(SafetensorsError.BadOffsets, $"of {name}");
        var numbers = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (numbers == 2 || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out offsets[numbers++]))
                return Refuse(SafetensorsError.BadOffsets, $"of {name}");
        }

        if (numbers != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > fileLength - dataStart)
            return Refuse(SafetensorsError.BadOffsets, $"of {name}");
        range = new ByteRange(dataStart + offsets[0], offsets[1] - offsets[0]);
        return true;
    }

    private void SortByName() => specs.AsSpan().Sort(ranges.AsSpan(), (a, b) => string.CompareOrdinal(a.Name, b.Name));

    private bool CheckNames()
    {
        SortByName();
        for (var i = 1; i < count; i++)
            if (specs[i].Name == specs[i - 1].Name)
                return Refuse(SafetensorsError.DuplicateKey, specs[i].Name);
        return true;
    }

    private bool CheckCoverage()
    {
        ranges.AsSpan().Sort(specs.AsSpan(), (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.Length.CompareTo(b.Length));
        var at = dataStart;
        for (var i = 0; i < count; i++)
        {
            var range = ranges[i];
            if (range.Start < at)
                return Refuse(SafetensorsError.Overlap, specs[i].Name);
            if (range.Start > at)
                return Refuse(SafetensorsError.Gap, $"{range.Start - at} bytes before {specs[i].Name}");
            at = range.End;
        }

        return at == fileLength || Refuse(SafetensorsError.TrailingData, $"{fileLength - at} bytes");
    }

    // A text that is none counts as a tensor's name here, and is refused where names are read.
    private bool IsMetadata(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? TryText(ref reader, out var text) && text == Metadata : reader.ValueTextEquals(Metadata);

    private bool TryField(ref Utf8JsonReader reader, out string field)
    {
        field = TryKnown(ref reader, FieldNames) ?? "";
        return field.Length > 0 || TryText(ref reader, out field);
    }

    /// <summary>
    /// The name that a text without escapes is, so that a text which every tensor has costs no string; null for any other.
    /// </summary>
    private static string? TryKnown(ref Utf8JsonReader reader, string[] names)
    {
        foreach (var name in reader.ValueIsEscaped ? [] : names)
            if (reader.ValueTextEquals(name))
                return name;
        return null;
    }

    private bool TryText(ref Utf8JsonReader reader, out string text)
    {
        try
        {
            text = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return Refuse(SafetensorsError.BadText, $"at byte {reader.TokenStartIndex}");
        }
    }
}
