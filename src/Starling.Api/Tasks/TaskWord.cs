using System.Text.Json.Serialization;

namespace Starling.Api.Tasks;

/// <summary>What a task has its operators do, in the words of <c>node.yaml</c> and of task files: <c>run-training</c>.</summary>
[JsonConverter(typeof(TaskWordConverter))]
public enum TaskWord
{
    /// <summary>Train under a training contract until it ends.</summary>
    RunTraining = 1,

    /// <summary>Make content in the operator's store by a program.</summary>
    PrepareContent = 2,

    /// <summary>Get content of another node, by its digest.</summary>
    FetchContent = 3,

    /// <summary>End the programs of earlier tasks.</summary>
    StopPrograms = 4,

    /// <summary>Put newer content in the place of a program that other tasks run.</summary>
    UpgradeProgram = 5,
}
