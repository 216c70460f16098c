namespace Starling.EndToEnd.Tests.Consortium.Faults;

/// <summary>
/// An organisation's member of etcd is killed, with the command that watches over it, and is started again later with its data.
/// </summary>
/// <param name="Organisation">Which one.</param>
/// <param name="Time">After how long.</param>
internal sealed record KilledMember(int Organisation, TimeSpan Time) : Fault
{
    /// <inheritdoc/>
    public override string Subject => $"member {Organisation}";

    /// <inheritdoc/>
    public override async Task HappenAsync(TrainingSites sites, CancellationToken cancellation)
    {
        await sites.KillMemberAsync(Organisation);
        await Task.Delay(Time, cancellation);
        sites.StartMember(Organisation);
    }

    /// <inheritdoc/>
    public override string ToString() => $"member {Organisation} of etcd is killed, {Time.TotalSeconds:0} s";
}
