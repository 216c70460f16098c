namespace Starling.Api.Sessions;

/// <summary>A program opens its session: <c>POST /v1/session</c>.</summary>
/// <param name="Protocol">The version of the session protocol that it speaks; now 1.</param>
/// <param name="Program">What it calls itself, for logs.</param>
/// <param name="Schema">The hash of its model's schema, in hexadecimal: the contract must have the same.</param>
public sealed record SessionOpening(int Protocol, string Program, string Schema);
