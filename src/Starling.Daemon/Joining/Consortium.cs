using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Learning.Experiments;
using Starling.Node.Identity;
using static Starling.Core.Configuration.ConfigurationTree;

namespace Starling.Daemon.Joining;

/// <summary>
/// Organisations that train together: the task runner that their nodes work for, who founds it, and everybody's card. From this alone each
/// of them knows the id of the task runner's entry 0, which is a digest, so that all can be set up before there is a ledger.
/// </summary>
/// <param name="Runner">The task runner.</param>
/// <param name="Admin">The certificate of the admin who founds it, PEM.</param>
/// <param name="Cards">The organisations; the founder's first.</param>
public sealed record Consortium(ContractId Runner, string Admin, ImmutableArray<OrganisationCard> Cards)
{
    /// <summary>What the file's name ends in.</summary>
    public const string Extension = ".consortium";

    private const int Version = 1;
    private const int MaxPem = 16 << 10;

    /// <summary>All nodes.</summary>
    public IEnumerable<CardNode> Nodes => Cards.SelectMany(card => card.Nodes);

    /// <summary>The task runner's entry 0.</summary>
    public FoundRunner Founding => new(
        [.. Cards.Select(card => card.Anchor)], [Enrol(Admin, false)], [.. Nodes.Select(node => Enrol(node.Certificate, true))]);

    /// <summary>The task runner with the id of its entry 0.</summary>
    public ContractReference Reference => new(Runner, new EntryId(Digest.Of(EntryBody.Founding(
        Runner, Enrol(Admin, false).Node, RunnerState.FoldVersion, RunnerEntryCodec.Encode(Founding)).Encode())));

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigurationException">It is none, or what it says does not fit together; all mistakes are listed.</exception>
    public static Consortium ReadFile(string path)
    {
        var binder = new ConfigurationBinder(YamlTreeReader.ReadFile(path, YamlBounds.Node));
        var root = binder.Root;
        root.Whole("consortium", null, Version, Version);
        var name = root.Text("runner", null, ContractId.MaxLength);
        if (!ContractId.TryParse(name, out var runner))
            root.Fault("runner", $"must be up to {ContractId.MaxLength} of a-z, 0-9, '-', '.' and '_', and begin with a letter or digit");
        var consortium = new Consortium(runner, root.Text("admin", null, MaxPem),
            [.. root.Sections("cards", X509Certifier.MaxCertificates).Select(OrganisationCard.Bind)]);
        var mistakes = binder.Complete();
        if (mistakes.IsEmpty && consortium.Objection() is { } objection)
            root.Fault("cards", objection);
        mistakes = binder.Complete();
        return mistakes.IsEmpty ? consortium : throw new ConfigurationException(mistakes);
    }

    /// <summary>Why the organisations cannot be one consortium; null if they can.</summary>
    /// <returns>The rest of a sentence that begins with "cards".</returns>
    public string? Objection()
    {
        if (Cards.IsEmpty)
            return "are missing";
        if (Cards.Length > X509Certifier.MaxCertificates)
            return $"are more than {X509Certifier.MaxCertificates}";
        if (Cards.GroupBy(card => card.TrustDomain).FirstOrDefault(group => group.Count() > 1) is { } twice)
            return $"name {twice.Key} twice";
        try
        {
            return CertificateDocument.Read(PemCertificates.Parse(Admin, "'admin'")[0])?.Node is { } admin
                && admin.TrustDomain == Cards[0].TrustDomain
                ? null
                : "do not begin with that of the admin's organisation";
        }
        catch (IdentityException e)
        {
            return $"stand beside an admin's certificate that cannot be used: {e.Message.TrimEnd('.')}";
        }
    }

    /// <summary>The file's text.</summary>
    public string Write() => YamlTreeWriter.Write(new ConfigurationTree("consortium", Section(
        ("consortium", Text($"{Version}")), ("runner", Text(Runner.Value)), ("admin", Text(Admin)),
        ("cards", List(Cards.Select(card => card.ToSection()))))));

    private static Enrolment Enrol(string pem, bool leads)
    {
        var chain = PemCertificates.Parse(pem, "a certificate");
        return new Enrolment(CertificateDocument.Read(chain[0])!.Node!.Value, leads, chain);
    }
}
