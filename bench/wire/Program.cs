using System.Globalization;

namespace Starling.Bench.Wire;

/// <summary>
/// Measures the wire against bare TLS in the same run: <c>dotnet run -c Release --project bench/wire -- NAME [runs] [option=value ...]</c>.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (arguments.Length > 0 && BenchmarkOptions.TryParse(arguments[1..]) is { } options)
            switch (arguments[0])
            {
                case "blob":
                    await BlobBenchmark.RunAsync(options);
                    return 0;
                case "holders":
                    await HoldersBenchmark.RunAsync(options);
                    return 0;
                case "round":
                    await RoundBenchmark.RunAsync(options);
                    return 0;
                case "small":
                    await SmallRoundBenchmark.RunAsync(options);
                    return 0;
            }
        await Console.Error.WriteLineAsync("""
            usage: bench/wire blob     one blob between two nodes, verified and written, against a bare SslStream; also the least that it can cost
                   bench/wire holders  one blob from three throttled holders, against one
                   bench/wire round    whole rounds of many nodes in this process, against bare TLS and writes; also what the leader uploads of its merge,
                               and, with audit=sampled or full, the same rounds with that audit
                   bench/wire small    rounds of a tiny model: milliseconds a round; also their signatures and syncs alone
            options: runs=N nodes=N size=BYTES rate=BYTES/s audit=off folder=PATH bare=false
            """);
        return 2;
    }
}
