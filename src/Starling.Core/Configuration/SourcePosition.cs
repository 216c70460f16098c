namespace Starling.Core.Configuration;

/// <summary>Where a setting was written.</summary>
/// <param name="File">The file as the user named it, or the command-line option.</param>
/// <param name="Line">From 1; 0 where there are no lines.</param>
/// <param name="Column">From 1; 0 where there are no columns.</param>
public readonly record struct SourcePosition(string File, int Line, int Column);
