using System.Text;
using Starling.Core.Kernel;

namespace Starling.Core.Tasks;

/// <summary>What a task is. Once final, it never changes.</summary>
/// <param name="Name">Its name within the task runner.</param>
/// <param name="Kind">What operators do.</param>
/// <param name="Author">Who wrote it, in words; at most <see cref="MaxTextBytes"/> bytes.</param>
/// <param name="Prerequisite">The task that must have been completed before; none for a first one.</param>
/// <param name="Outcome">What it leaves, by the name that later tasks use; at most <see cref="MaxTextBytes"/> bytes.</param>
/// <param name="Training">The training contract of a <see cref="TaskKind.RunTraining"/>; null for the others.</param>
/// <param name="Body">The details, as its kind has them, in YAML; at most <see cref="MaxBodyBytes"/> bytes. Only operators read it.</param>
public sealed record TaskDefinition(
    TaskName Name, TaskKind Kind, string Author, TaskName Prerequisite, string Outcome, ContractReference? Training, string Body)
{
    /// <summary>The longest of the short texts, in bytes.</summary>
    public const int MaxTextBytes = 1024;

    /// <summary>The longest body, in bytes.</summary>
    public const int MaxBodyBytes = 256 << 10;

    /// <summary>Whether it keeps its bounds and says what its kind needs.</summary>
    public bool IsValid =>
        !Name.IsNone && Enum.IsDefined(Kind) && Prerequisite != Name && Training is not null == (Kind == TaskKind.RunTraining)
        && Fits(Author, MaxTextBytes) && Fits(Outcome, MaxTextBytes) && Fits(Body, MaxBodyBytes);

    private static bool Fits(string text, int most) => Encoding.UTF8.GetByteCount(text) <= most;
}
