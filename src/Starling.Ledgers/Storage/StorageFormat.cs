namespace Starling.Ledgers.Storage;

/// <summary>A kind of database file.</summary>
/// <param name="Noun">What it is, for people: "a ledger".</param>
/// <param name="ApplicationId">Marks the files of this kind (SQLite's <c>application_id</c>).</param>
/// <param name="Version">The version of its schema, from 1 (SQLite's <c>user_version</c>). A newer file is refused.</param>
/// <param name="Schema">The statements that make an empty one.</param>
public sealed record StorageFormat(string Noun, int ApplicationId, int Version, string Schema);
