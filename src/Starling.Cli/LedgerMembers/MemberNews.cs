using System.Text.Json.Serialization;

namespace Starling.Cli.LedgerMembers;

/// <summary>What <c>starling ledger start --json</c> prints, a line each time that something changes.</summary>
/// <param name="Member">The member's name.</param>
/// <param name="State">How it is.</param>
/// <param name="Detail">The same in a sentence.</param>
/// <param name="Endpoint">Where clients reach it.</param>
/// <param name="Process">The process of etcd; absent when there is none.</param>
internal sealed record MemberNews(string Member, [property: JsonConverter(typeof(JsonStringEnumConverter<MemberState>))] MemberState State,
    string Detail, string Endpoint, int? Process);
