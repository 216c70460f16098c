using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Ledgers.Etcd;

namespace Starling.Daemon.Configuration;

/// <summary>Reads the section <c>ledger</c> of a <c>node.yaml</c>.</summary>
/// <param name="section">The section.</param>
/// <param name="identity">The node's own identity, which is shown to members unless another is named.</param>
/// <param name="full">Makes a path absolute.</param>
internal sealed class LedgerReader(SectionBinder section, IdentityFiles identity, Func<string, string> full)
{
    /// <summary>Reads it.</summary>
    public LedgerConfiguration Read()
    {
        var kind = section.Choice<LedgerKind>("kind", LedgerKind.Embedded);
        if (kind == LedgerKind.Embedded)
            return new LedgerConfiguration(kind, full(section.Text("path")));
        var endpoints = ImmutableArray.CreateBuilder<EtcdEndpoint>();
        var texts = section.Texts("endpoints", null, EtcdOptions.MaxEndpoints);
        if (section.Has("endpoints") && texts.IsEmpty)
            section.Fault("endpoints", $"is empty; {EtcdEndpoint.Form}");
        foreach (var text in texts)
            if (EtcdEndpoint.TryParse(text, out var endpoint))
                endpoints.Add(endpoint);
            else
                section.Fault("endpoints", $"has '{Mistake.Shorten(text)}', which is no address of a member of etcd; {EtcdEndpoint.Form}");
        var prefix = section.Text("prefix", EtcdOptions.DefaultPrefix, EtcdOptions.MaxPrefix);
        if (prefix.Any(c => c is <= ' ' or > '~'))
            section.Fault("prefix", "must be printable ASCII without a space, such as starling/");
        return new LedgerConfiguration(kind, null,
            new EtcdOptions { Endpoints = endpoints.ToImmutable(), Identity = BindIdentity(), Prefix = prefix },
            section.Has("member") ? BindMember(section.Section("member")) : null);
    }

    private EtcdIdentityFiles BindIdentity()
    {
        if (section.Has("certificate") != section.Has("key"))
            section.Fault(section.Has("key") ? "key" : "certificate", "needs the other one of certificate and key beside it");
        var (certificate, key) = (section.OptionalText("certificate"), section.OptionalText("key"));
        var anchors = section.Texts("anchors", identity.Anchors, X509Certifier.MaxCertificates);
        return new EtcdIdentityFiles(
            certificate is null ? identity.Certificate : full(certificate), key is null ? identity.Key : full(key),
            [.. anchors.Select(full)]);
    }

    private LedgerMember BindMember(SectionBinder member) => new(
        member.Text("name", null, 64), member.Texts("join", null, EtcdOptions.MaxEndpoints),
        new EtcdIdentityFiles(full(member.Text("certificate")), full(member.Text("key")), identity.Anchors), full(member.Text("folder")),
        identity.Revocations);
}
