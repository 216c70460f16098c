using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Starling.Api;
using Starling.Cli.Commands;
using Starling.Cli.Terminal;

namespace Starling.Cli.Control.Contexts;

/// <summary>Where contexts are kept: <c>contexts.json</c> in the user's folder, which the user alone may read.</summary>
internal static class ContextFile
{
    /// <summary>The variable that names the user's folder; without it that is <c>~/.config/starling</c>.</summary>
    public const string HomeVariable = "STARLING_HOME";

    private const int MaxBytes = 4 << 20;
    private const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The user's folder.</summary>
    public static string Folder => Environment.GetEnvironmentVariable(HomeVariable) is { Length: > 0 } home
        ? Path.GetFullPath(home)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "starling");

    /// <summary>Reads the contexts in a folder; none if there is no file.</summary>
    /// <exception cref="CommandException">The file is damaged.</exception>
    public static ContextBook Read(string folder)
    {
        var file = PathIn(folder);
        if (!File.Exists(file))
            return ContextBook.Empty;
        try
        {
            return new FileInfo(file).Length <= MaxBytes
                && JsonSerializer.Deserialize(File.ReadAllText(file), CliJson.Default.ContextBook) is { Contexts: not null } book
                ? book
                : throw Damaged(file, "it is no list of contexts");
        }
        catch (JsonException e)
        {
            throw Damaged(file, e.Message.TrimEnd('.'));
        }
    }

    /// <summary>Changes the contexts in a folder, whole or not at all; commands that do so at once come one after the other.</summary>
    /// <returns>The contexts from then on.</returns>
    /// <exception cref="CommandException">The file is damaged, or another command does not let go of it.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static ContextBook Change(string folder, Func<ContextBook, ContextBook> change) => InTurn(PathIn(Path.GetFullPath(folder)), () =>
    {
        var book = change(Read(folder));
        WritePrivate(PathIn(folder), JsonSerializer.Serialize(book, CliJson.Default.ContextBook));
        return book;
    });

    /// <summary>Replaces a file that its owner alone may read, whole or not at all.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void WritePrivate(string file, string text)
    {
        var folder = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnersFolder);
        var draft = $"{file}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}.part";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnersFile;
        try
        {
            using (var writer = new StreamWriter(draft, options))
                writer.Write(text);
            File.Move(draft, file, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    private static T InTurn<T>(string file, Func<T> act)
    {
        // Also of commands in other terminals, which are other sessions.
        using var turn = new Mutex($"starling-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file)))[..32]}",
            new NamedWaitHandleOptions { CurrentUserOnly = true, CurrentSessionOnly = false });
        try
        {
            if (!turn.WaitOne(Patience))
                throw new CommandException(ExitCode.Disk,
                    $"another command has changed {file} for more than {Patience.TotalSeconds:0} s; see that it ends, and try again.");
        }
        catch (AbandonedMutexException)
        {
            // Whoever had it is gone, and wrote the file whole or not at all.
        }

        try
        {
            return act();
        }
        finally
        {
            turn.ReleaseMutex();
        }
    }

    private static string PathIn(string folder) => Path.Combine(folder, "contexts.json");

    private static CommandException Damaged(string file, string why) =>
        new(ExitCode.Configuration, $"{file} is damaged ({why}); mend it, or remove it and make your contexts anew.");
}
