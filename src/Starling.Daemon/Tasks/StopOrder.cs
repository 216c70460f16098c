namespace Starling.Daemon.Tasks;

/// <summary>That programs of earlier tasks are ended: there is nothing to say of it.</summary>
internal sealed record StopOrder : TaskBody;
