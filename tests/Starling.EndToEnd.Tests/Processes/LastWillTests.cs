using System.Diagnostics;

namespace Starling.EndToEnd.Tests.Processes;

public sealed class LastWillTests
{
    /// <summary>Red if what tests started lives on when they are killed, or if what was let go of is killed, too.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task What_is_not_released_ends_with_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell.");
        using Process first = Sleep(), second = Sleep(), third = Sleep();
        try
        {
            using (var will = new LastWill())
            {
                foreach (var process in (Process[])[first, second, third])
                    will.Add(process);
                will.Remove(second);
            }

            await first.WaitForExitAsync(TestContext.Current.CancellationToken);
            await third.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.False(second.HasExited);
        }
        finally
        {
            foreach (var process in (Process[])[first, second, third])
                process.Kill();
        }
    }

    private static Process Sleep() => Process.Start("sleep", ["600"]);
}
