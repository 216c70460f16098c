using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Learning.Experiments;
using static Starling.Core.Configuration.ConfigurationTree;

namespace Starling.Daemon.Joining;

/// <summary>
/// All that a host needs to become a node, in one file: who it is, its certificate, whom to trust, and what the node that invites was told
/// of contract, ledger and peers. It holds no private key unless that is wanted.
/// </summary>
/// <param name="Node">Who the host becomes.</param>
/// <param name="Certificate">Its certificate, PEM.</param>
/// <param name="Key">Its private key, PEM; null if the host has it already.</param>
/// <param name="Anchors">The authorities to trust, PEM; they may be more than one file holds.</param>
/// <param name="Revocations">Lists of revoked certificates, PEM; null for none.</param>
/// <param name="Settings">Settings of its <c>node.yaml</c> that all nodes share.</param>
public sealed record Invitation(NodeId Node, string Certificate, string? Key, string Anchors, string? Revocations,
    ConfigurationSection Settings)
{
    /// <summary>The longest text in PEM that one holds.</summary>
    internal const int MaxPem = 256 << 10;

    /// <summary>
    /// What nodes share. What one is told of its own host never comes from elsewhere: folders, programs, where to listen, whom to believe.
    /// </summary>
    internal static readonly ImmutableArray<string> Shared = ["contract", "runner", "ledger", "peers", "network"];

    /// <summary>
    /// What they do not share of the ledger: a member of etcd runs beside the node that it belongs to, and the files are of that node's
    /// host.
    /// </summary>
    internal static readonly ImmutableArray<string> OfOneHost = ["member", "certificate", "key", "anchors"];

    private const int Version = 1;

    /// <summary>The authorities that members of the ledger's etcd lead to, PEM; null for those that are trusted.</summary>
    public string? LedgerAnchors { get; init; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigurationException">It is no invitation, or has mistakes; all are listed.</exception>
    public static Invitation ReadFile(string path)
    {
        var binder = new ConfigurationBinder(YamlTreeReader.ReadFile(path, YamlBounds.Node));
        var root = binder.Root;
        root.Whole("invitation", null, Version, Version);
        var read = new Invitation(
            root.Node("node"), root.Text("certificate", null, MaxPem), root.OptionalText("key", MaxPem), root.Text("anchors", null, MaxPem),
            root.OptionalText("revocations", MaxPem),
            root.Raw("settings") ?? new ConfigurationSection(new SourcePosition(path, 1, 1), []))
        {
            LedgerAnchors = root.OptionalText("ledgerAnchors", MaxPem),
        };
        var ledger = (read.Settings.Find("ledger")?.Value as ConfigurationSection)?.Entries ?? [];
        foreach (var key in read.Settings.Entries.Select(entry => entry.Key).Where(key => !Shared.Contains(key))
            .Concat(ledger.Select(entry => entry.Key).Where(OfOneHost.Contains).Select(key => $"ledger.{key}")))
            root.Fault("settings", $"has '{Mistake.Shorten(key)}', which no invitation may set; ask for another one");
        var mistakes = binder.Complete();
        return mistakes.IsEmpty ? read : throw new ConfigurationException(mistakes);
    }

    /// <summary>The file's text.</summary>
    public string Write()
    {
        static ConfigurationText? IfAny(string? value) => value is null ? null : Text(value);
        return YamlTreeWriter.Write(new ConfigurationTree("invitation", Section(
            ("invitation", Text($"{Version}")), ("node", Text(Node.Value)), ("certificate", Text(Certificate)), ("key", IfAny(Key)),
            ("anchors", Text(Anchors)), ("revocations", IfAny(Revocations)), ("ledgerAnchors", IfAny(LedgerAnchors)),
            ("settings", Settings))));
    }
}
