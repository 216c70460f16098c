namespace Starling.Core.Tasks;

/// <summary>What kinds of tasks are called in settings and sentences.</summary>
public static class TaskKindWords
{
    /// <summary>The word for a kind.</summary>
    public static string Word(this TaskKind kind) => kind switch
    {
        TaskKind.RunTraining => "run-training",
        TaskKind.PrepareContent => "prepare-content",
        TaskKind.FetchContent => "fetch-content",
        TaskKind.StopPrograms => "stop-programs",
        TaskKind.UpgradeProgram => "upgrade-program",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
