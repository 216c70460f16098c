namespace Starling.Cli.Scaffolding;

/// <summary>What the program of a new project is written in.</summary>
internal enum ProjectLanguage
{
    /// <summary>Python, with NumPy.</summary>
    Python = 0,

    /// <summary>C#.</summary>
    CSharp = 1,
}
