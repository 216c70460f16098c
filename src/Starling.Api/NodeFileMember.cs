namespace Starling.Api;

/// <summary>The member of the ledger's etcd that an organisation runs beside its node.</summary>
/// <param name="Name">Its name among the members.</param>
/// <param name="Join">All members, each <c>NAME=HOST</c> or <c>NAME=HOST:PORT</c>.</param>
/// <param name="Certificate">Its certificate, PEM, which names its host.</param>
/// <param name="Key">Its private key, PEM.</param>
/// <param name="Folder">Where it keeps its data.</param>
public sealed record NodeFileMember(string Name, IReadOnlyList<string> Join, string Certificate, string Key, string Folder)
{
    internal string ToYaml(Func<string, string> quote) =>
        $"  member:\n    name: {quote(Name)}\n    join: [{string.Join(", ", Join.Select(quote))}]\n    certificate: {quote(Certificate)}\n    key: {quote(Key)}\n    folder: {quote(Folder)}\n";
}
