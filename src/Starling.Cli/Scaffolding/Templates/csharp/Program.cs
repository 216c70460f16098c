// Trains a softmax regression on the rows that columns.json describes: alone with STARLING_LOOPBACK=1, or as a member of a swarm.
using System.Globalization;
using Starling.Learning.Programs;
using Starling.Programs;

return await SwarmProgram.MainAsync(() =>
{
    // The experiment says how often each member goes over its rows.
    var epochs = int.Parse(Environment.GetEnvironmentVariable("EPOCHS") ?? "20", CultureInfo.InvariantCulture);
    var rows = Rows.Read();
    return new SwarmModel(Softmax.SchemaOf(rows), member => new Softmax(rows, member), _ => new ProgramTerms(Epochs: epochs));
});
