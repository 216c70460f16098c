using System.Security.Cryptography;
using Starling.Learning.Data;

namespace Starling.Learning.Experiments;

/// <summary>
/// What a file of rows was when somebody looked. Which rows are held back, and which node has which, comes of all rows together: with
/// one more, all of them fall otherwise.
/// </summary>
/// <param name="File">The file, as a full path.</param>
/// <param name="Sha256">The SHA-256 of what is in it, unpacked, in hexadecimal.</param>
public sealed record DataTrace(string File, string Sha256)
{
    /// <summary>The files that an experiment's rows are read from; none where they are in none, or only a program knows them.</summary>
    /// <exception cref="DataException">One cannot be read.</exception>
    public static IReadOnlyList<DataTrace> Of(Experiment experiment) =>
        experiment.Program.Command is not null
            ? []
            : [.. DataSources.Files(experiment.Data).Select(file => new DataTrace(file,
                DataFile.Read(file, (stream, _) => Convert.ToHexStringLower(SHA256.HashData(stream)))))];
}
