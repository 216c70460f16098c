using System.Text.Json.Serialization;

namespace Starling.Api.Checks;

/// <summary>How a check ended.</summary>
[JsonConverter(typeof(EnumWordConverter<CheckOutcome>))]
public enum CheckOutcome
{
    /// <summary>All is well.</summary>
    Ok,

    /// <summary>The node works, but its owner should look.</summary>
    Warn,

    /// <summary>The node does not work so.</summary>
    Fail,
}
