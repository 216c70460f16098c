namespace Starling.Daemon.Tasks;

/// <summary>A file that a task brings along, and its program finds in its work folder.</summary>
/// <param name="Name">Its name, without a folder.</param>
/// <param name="Text">What it holds.</param>
internal sealed record OrderedFile(string Name, string Text);
