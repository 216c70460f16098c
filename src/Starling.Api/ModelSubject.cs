using System.Text.Json.Serialization;

namespace Starling.Api;

/// <summary>Which model was measured.</summary>
[JsonConverter(typeof(EnumWordConverter<ModelSubject>))]
public enum ModelSubject
{
    /// <summary>The model before any training, the same on every node.</summary>
    Initial,

    /// <summary>The node's own update.</summary>
    Local,

    /// <summary>A committed merge.</summary>
    Merged,

    /// <summary>The last committed merge, after training has ended.</summary>
    Final,
}
