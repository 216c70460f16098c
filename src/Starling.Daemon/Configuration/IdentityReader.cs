using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Node.Identity;

namespace Starling.Daemon.Configuration;

/// <summary>Reads the section <c>identity</c> of a <c>node.yaml</c>.</summary>
/// <param name="section">The section.</param>
/// <param name="full">Makes a path absolute.</param>
internal sealed class IdentityReader(SectionBinder section, Func<string, string> full)
{
    private const string UnixScheme = "unix://";
    private const int MostMapped = 256;
    private const int MostLists = 16;

    public IdentityFiles Read()
    {
        var anchors = section.Texts("anchors", null, X509Certifier.MaxCertificates);
        if (section.Has("anchors") && anchors.IsEmpty)
            section.Fault("anchors", "is empty; name at least one authority's certificate file");
        return new IdentityFiles(full(section.Text("certificate")), full(section.Text("key")), [.. anchors.Select(full)])
        {
            Revocations = [.. section.Texts("revocations", [], MostLists).Select(full)],
            Mapped = [.. section.Sections("mapped", MostMapped).Select(ReadMapping)],
            Shown = ReadShown(),
        };
    }

    private ShownIdentity? ReadShown()
    {
        var socket = section.OptionalText("workloadApi");
        section.Ignore("shown");
        if (section.Has("shown") && socket is not null)
            section.Fault("shown", "cannot stand beside identity.workloadApi; a node shows one certificate");
        if (socket is not null
            && (!socket.StartsWith(UnixScheme + "/", StringComparison.Ordinal) || socket.Length > UnixScheme.Length + 107))
            section.Fault("workloadApi",
                "must be a Unix socket such as unix:///run/spire/sockets/agent.sock, with a path of at most 107 characters");
        if (socket is not null)
            return new ShownWorkload(socket[Math.Min(socket.Length, UnixScheme.Length)..]);
        if (!section.Has("shown"))
            return null;
        var shown = section.Section("shown");
        return new ShownFiles(full(shown.Text("certificate")), full(shown.Text("key")));
    }

    private IdentityMapping ReadMapping(SectionBinder mapping)
    {
        var (spiffe, dns, authority) =
            (mapping.OptionalText("spiffe", 2048), mapping.OptionalText("dns", 253), mapping.OptionalText("authority"));
        var node = mapping.Has("node") || dns is not null ? mapping.Node("node") : (NodeId?)null;
        mapping.Ignore("node");
        if (spiffe is null == dns is null)
            mapping.Fault(spiffe is null ? "spiffe" : "dns", "stands for a certificate; give each entry either spiffe or dns");
        if (spiffe is not null && !MappedSpiffe.IsPattern(spiffe))
            mapping.Fault("spiffe", "must be a SPIFFE ID such as spiffe://trust-domain/path, or the beginning of some that ends in /*");
        if (spiffe is not null && node is null && !spiffe.EndsWith("/*", StringComparison.Ordinal) && !NodeId.TryParse(spiffe, out _))
            mapping.Fault("node", "is missing; name the node, since this SPIFFE ID is none's");
        if (dns is not null && authority is null)
            mapping.Fault("authority", "is missing; name the file of the authority that issued certificates for this host");
        if (dns is not null && Uri.CheckHostName(dns) != UriHostNameType.Dns)
            mapping.Fault("dns", "must be a host name such as host.example");
        if (dns is null && authority is not null)
            mapping.Fault("authority", "belongs to dns; a SPIFFE ID is vouched for by identity.anchors");
        return new IdentityMapping(spiffe, dns, authority is null ? null : full(authority), node, ReadRoles(mapping));
    }

    private static Roles ReadRoles(SectionBinder mapping)
    {
        var roles = Roles.None;
        foreach (var word in mapping.Texts("roles", null, RoleExtension.Words.Count))
            if (RoleExtension.TryParse(word, out var role))
                roles |= role;
            else
                mapping.Fault("roles",
                    $"has '{Mistake.Shorten(word)}', which is no role; there are {string.Join(", ", RoleExtension.Words)}");
        if (mapping.Has("roles") && roles == Roles.None)
            mapping.Fault("roles", "gives no role; name at least one");
        return roles;
    }
}
