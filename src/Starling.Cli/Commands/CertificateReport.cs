namespace Starling.Cli.Commands;

/// <summary>What <c>ca request</c>, <c>issue</c> and <c>rotate --node</c> print with <c>--json</c> of an identity.</summary>
/// <param name="Node">Whose it is; absent of a request, which names nobody.</param>
/// <param name="Roles">What the holder is there for.</param>
/// <param name="Certificate">The certificate's file.</param>
/// <param name="Serial">Its serial number, in hexadecimal.</param>
/// <param name="Request">The request's file.</param>
/// <param name="Key">The private key's file, if a key was made.</param>
internal sealed record CertificateReport(string? Node, IReadOnlyList<string>? Roles, string? Certificate, string? Serial,
    string? Request = null, string? Key = null);
