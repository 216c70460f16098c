using System.Text.Json.Serialization;

namespace Starling.Api.Contracts;

/// <summary>What a contract is for.</summary>
[JsonConverter(typeof(EnumWordConverter<ContractKind>))]
public enum ContractKind
{
    /// <summary>Its entry 0 founds nothing that is known: the name is taken, and nothing comes of it.</summary>
    Unknown,

    /// <summary>Nodes train a model under it.</summary>
    Training,

    /// <summary>Operators carry out tasks for it.</summary>
    Runner,
}
