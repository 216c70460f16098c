namespace Starling.Core.Tasks;

/// <summary>Tasks that wait for one another, of which none could ever run.</summary>
public static class PrerequisiteCircle
{
    /// <summary>Follows a task's prerequisites.</summary>
    /// <param name="task">The task.</param>
    /// <param name="before">Its prerequisite; none for a first one.</param>
    /// <param name="prerequisite">Those of all others.</param>
    /// <returns>The circle that they end in, as a sentence with the remedy; null if they end.</returns>
    public static string? Find(TaskName task, TaskName before, Func<TaskName, TaskName> prerequisite)
    {
        List<TaskName> chain = [task];
        for (var next = before; !next.IsNone; next = prerequisite(next))
        {
            var closes = chain.Contains(next);
            chain.Add(next);
            if (closes)
                return $"Task {task} could never run: it waits for {string.Join(", which waits for ", chain.Skip(1))}; name another prerequisite, or leave it out.";
        }

        return null;
    }
}
