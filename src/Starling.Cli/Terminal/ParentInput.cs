namespace Starling.Cli.Terminal;

/// <summary>
/// Standard input as a sign of life: whoever starts this process holds its other end, which closes when that process ends, however it does.
/// </summary>
internal static class ParentInput
{
    /// <summary>Cancels once standard input ends.</summary>
    public static void Follow(CancellationTokenSource stop) =>
        new Thread(() => WaitForEnd(stop)) { IsBackground = true, Name = "parent" }.Start();

    private static void WaitForEnd(CancellationTokenSource stop)
    {
        using var input = Console.OpenStandardInput();
        var ignored = new byte[256];
        try
        {
            while (input.Read(ignored) > 0)
            {
                // What is written there means nothing; that it ends does.
            }
        }
        catch (IOException)
        {
            // A broken pipe is an end, too.
        }

        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command has ended already.
        }
    }
}
