using Starling.Core.Kernel;
using Starling.Ledgers.Storage;
using Starling.Node.Journal;

namespace Starling.Node.Tests.Journal;

public sealed class JournalStatementsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-statements").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void ACommitWaitsForTheDiskIfAndOnlyIfSomebodyWaitsForIt()
    {
        using var connection = StorageFile.Open(Path.Combine(folder, "journal.db"), JournalTables.Format, exclusive: true);
        using var statements = new JournalStatements(connection);
        foreach (var sync in (bool[])[true, false, false, true, false, true])
        {
            using (var transaction = statements.Begin(sync))
            {
                statements.Save(transaction, new JournalRecord("key", [1]));
                transaction.Commit();
            }

            Assert.Equal(sync ? 2 : 1, connection.Number("PRAGMA synchronous")); // FULL and NORMAL: sqlite.org/pragma.html
        }
    }
}
