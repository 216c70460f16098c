using System.Text.RegularExpressions;
using Starling.Core.Configuration;

namespace Starling.Daemon.Configuration;

/// <summary>
/// Takes secrets out of what is logged or given away: keys in PEM, what stands between <c>://</c> and <c>@</c> in an address, and
/// values under names such as password or token. Settings name the files of secrets and hold none themselves, but an owner may write
/// one into <c>tasks.set</c>.
/// </summary>
public static partial class SecretMask
{
    private const string Mask = "***";
    private const string NoKey = "-----key left out-----";

    /// <summary>A text without its secrets.</summary>
    public static string Apply(string text) => Named().Replace(InAddress().Replace(Key().Replace(text, NoKey), $"://{Mask}@"), $"$1{Mask}");

    /// <summary>A setting as a line, without its secrets.</summary>
    public static string Apply(EffectiveSetting setting) => Apply(setting.ToString());

    [GeneratedRegex("-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|$)",
        RegexOptions.Singleline | RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex Key();

    [GeneratedRegex(@"://[^/\s@]+@", RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex InAddress();

    [GeneratedRegex(@"((?:password|passphrase|secret|token|credential|apikey|api_key)[""']?\s*[=:]\s*[""']?)[^\s,;""'\]\}]+",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex Named();
}
