namespace Starling.Core.Canonical;

/// <summary>Bytes that are not the canonical encoding of anything. Thrown by the reader and caught where bytes enter the core.</summary>
public sealed class CanonicalFormatException(string message) : Exception(message);
