using System.Security.Cryptography;
using Starling.Node.Loop;

namespace Starling.Node.Transport;

/// <summary>
/// Waits that double, each between half and all of its nominal length, so that nodes that failed together do not come back together.
/// </summary>
internal sealed class Backoff(TimeSpan first, TimeSpan most)
{
    private TimeSpan? nominal;

    public TimeSpan Next()
    {
        var now = nominal ?? first;
        nominal = now.Doubled(most);
        return now * (0.5 + (RandomNumberGenerator.GetInt32(1 << 16) / (double)(1 << 17)));
    }

    public void Reset() => nominal = null;
}
