namespace Starling.Learning.Experiments;

/// <summary>Where the nodes are: it sets the default of every timeout.</summary>
public enum Preset
{
    /// <summary>Processes of one host.</summary>
    Local = 0,

    /// <summary>Hosts of one site.</summary>
    Lan = 1,

    /// <summary>Sites across the internet.</summary>
    Wan = 2,
}
