using System.Text.Json.Serialization;

namespace Starling.Api.Contracts;

/// <summary>Where a contract stands.</summary>
[JsonConverter(typeof(EnumWordConverter<ContractStage>))]
public enum ContractStage
{
    /// <summary>Its entry 0 was not accepted, or is not there yet.</summary>
    Unfounded,

    /// <summary>A training contract with an open round.</summary>
    Training,

    /// <summary>A training contract whose training has ended.</summary>
    Ended,

    /// <summary>A task runner that carries nothing out.</summary>
    Idle,

    /// <summary>A task runner whose operators carry a task out.</summary>
    Running,

    /// <summary>An admin deleted it.</summary>
    Deleted,

    /// <summary>It is too long for the node to replay, which does not follow it.</summary>
    Unknown,
}
