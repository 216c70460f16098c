namespace Starling.Fuzz.Running;

/// <summary>Makes an input small while it keeps what makes it interesting.</summary>
internal static class Shrinking
{
    /// <summary>Takes pieces out, large ones first, then makes bytes plain, until nothing more can go or the trials are used up.</summary>
    /// <param name="input">The input.</param>
    /// <param name="isKept">Whether a smaller one is as interesting.</param>
    /// <param name="trials">The most inputs to try.</param>
    public static byte[] Shrink(byte[] input, Func<byte[], bool> isKept, int trials)
    {
        for (var piece = Math.Max(1, input.Length / 2); piece >= 1 && trials > 0; piece /= 2)
            for (var at = 0; at < input.Length && trials > 0;)
            {
                byte[] smaller = [.. input.AsSpan(0, at), .. input.AsSpan(Math.Min(input.Length, at + piece))];
                trials--;
                if (isKept(smaller))
                    input = smaller;
                else
                    at += piece;
            }

        for (var at = 0; at < input.Length && trials > 0; at++)
        {
            if (input[at] is 0 or (byte)'a')
                continue;
            var plainer = (byte[])input.Clone();
            plainer[at] = (byte)'a';
            trials--;
            if (isKept(plainer))
                input = plainer;
        }

        return input;
    }
}
