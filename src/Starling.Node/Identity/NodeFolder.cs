namespace Starling.Node.Identity;

/// <summary>Where the files of one identity lie.</summary>
/// <param name="Path">The folder.</param>
public sealed record NodeFolder(string Path)
{
    /// <summary>The certificate.</summary>
    public string CertificatePath => System.IO.Path.Combine(Path, "certificate.pem");

    /// <summary>The private key.</summary>
    public string KeyPath => System.IO.Path.Combine(Path, "private.key");

    /// <summary>The request for a certificate, of a key that was made here.</summary>
    public string RequestPath => System.IO.Path.Combine(Path, "request.pem");

    /// <summary>The authority's certificate.</summary>
    public string AnchorPath => System.IO.Path.Combine(Path, "authority.pem");
}
