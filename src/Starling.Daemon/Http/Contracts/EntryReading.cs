using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Starling.Api;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Daemon.Http.Contracts;

/// <summary>Reads the entry in a request's body.</summary>
internal static class EntryReading
{
    // The largest entry in Base64, and the JSON around it.
    private const int MaxBodyBytes = ((SignedEntry.MaxBytes + 2) / 3 * 4) + 4096;

    /// <summary>Reads an entry that the caller wrote and signed, or says what is wrong with the body.</summary>
    /// <returns>The entry; or null and a sentence.</returns>
    public static async Task<(SignedEntry? Entry, string Mistake)> ReadAsync(HttpContext context, NodeId caller)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBodyBytes;
        try
        {
            var request = await JsonSerializer.DeserializeAsync(context.Request.Body, ApiJson.Default.EntryRequest, context.RequestAborted)
                .ConfigureAwait(false);
            if (request?.Entry is not { Length: > 0 and <= SignedEntry.MaxBytes } bytes)
                return (null, "The body must be JSON with 'entry': the signed entry in Base64.");
            var entry = SignedEntry.Decode(bytes);
            if (entry.Body.Author != caller)
                return (null,
                    $"The entry is {entry.Body.Author}'s, and the caller is {caller}: a node takes from a caller its own entries only.");
            return EntrySignature.Verify(entry)
                ? (entry, "")
                : (null,
                    $"The entry is not under the signature of its key; {caller} must sign the entry's bytes, with s in the lower half.");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, $"The body is larger than {MaxBodyBytes} bytes; no entry is.");
        }
        catch (Exception malformed) when (malformed is JsonException or BadHttpRequestException or CanonicalFormatException)
        {
            return (null, $"The body must be JSON with 'entry': the signed entry in Base64. {malformed.Message}");
        }
    }
}
