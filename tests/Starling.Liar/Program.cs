using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Starling.Daemon;
using Starling.Daemon.Configuration;
using Starling.Liar;
using Starling.Node.Loop;

// A node that lies, for tests with real processes: the production node, whose loop is told and asked something else. Usage:
// --config NODE.YAML --lie KIND
if (args is not ["--config", var config, "--lie", var name] || !Enum.TryParse<Lie>(name, out var lie))
{
    Console.Error.WriteLine($"usage: --config NODE.YAML --lie {string.Join('|', Enum.GetNames<Lie>())}");
    return 2;
}

return (int)await NodeDaemon.RunAsync(NodeConfigurationReader.ReadFile(config), LogLevel.Warning, CancellationToken.None,
    services => services.AddSingleton(s =>
    new NodeLoop(new LyingKernel(s.GetRequiredService<KernelDriver>(), lie).Step, s.GetRequiredService<InputQueue>(),
        s.GetRequiredService<KernelClock>())));
