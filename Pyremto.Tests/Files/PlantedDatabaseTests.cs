using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Files;

/// <summary>A database, and what lies beside it, is believed only where its owner alone could have written it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PlantedDatabaseTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TempDirectory _directory = new();

    private string Database => _directory.File("jobs.db");

    public void Dispose() => _directory.Dispose();

    [SkippableTheory]
    [InlineData("")]
    [InlineData("-wal")]
    [InlineData("-shm")]
    [InlineData("-journal")]
    [InlineData(".lock")]
    public async Task One_of_which_a_file_is_another_users_is_refused_by_the_owners_name_and_left_as_it_is(string ending)
    {
        OtherUser.SkipUnlessPossible();
        await MakeAsync();
        var planted = Database + ending;
        if (!File.Exists(planted))
            await File.WriteAllTextAsync(planted, "planted");
        File.SetUnixFileMode(planted, OtherUser.Private);
        await OtherUser.OwnAsync(planted);
        var before = await File.ReadAllBytesAsync(planted);

        await RefusesAsync(Database, $"*'{planted}' belongs to another user (*; this program runs as root)*chown root {planted}");

        (await File.ReadAllBytesAsync(planted)).Should().Equal(before);
        (await OtherUser.OwnerOfAsync(planted)).Should().Be($"{OtherUser.Id}");
    }

    [SkippableTheory]
    [InlineData("644")]
    [InlineData("660")]
    [InlineData("666")]
    [InlineData("602")]
    public async Task One_that_is_open_to_others_is_refused_with_the_command_that_closes_it(string mode)
    {
        Skip.If(OperatingSystem.IsWindows());
        await MakeAsync();
        File.SetUnixFileMode(Database, OtherUser.Mode(mode));

        await RefusesAsync(Database, $"*is open to other users (mode {mode})*chmod 600 {Database}");

        File.SetUnixFileMode(Database, OtherUser.Private);
        await using var store = Store(Database);
        await store.OpenAsync(None);
    }

    [SkippableFact]
    public async Task One_that_another_users_link_leads_to_is_refused()
    {
        OtherUser.SkipUnlessPossible();
        await MakeAsync();
        var link = _directory.File("link.db");
        File.CreateSymbolicLink(link, Database);
        await OtherUser.OwnAsync(link);

        await RefusesAsync(link, $"*'{link}' belongs to another user*");
    }

    [SkippableTheory]
    [InlineData(".lock")]
    [InlineData("-wal")]
    public async Task A_link_beside_it_is_not_followed(string ending)
    {
        Skip.If(OperatingSystem.IsWindows());
        await MakeAsync();
        var victim = _directory.File("victim");
        await File.WriteAllTextAsync(victim, "mine");
        File.SetUnixFileMode(victim, OtherUser.Mode("644"));
        File.Delete(Database + ending);
        File.CreateSymbolicLink(Database + ending, victim);

        await RefusesAsync(Database, $"*'{Database}{ending}' is a link*rm {Database}{ending}");

        (await File.ReadAllTextAsync(victim)).Should().Be("mine");
        File.GetUnixFileMode(victim).Should().Be(OtherUser.Mode("644"));
    }

    [SkippableFact]
    public async Task A_new_one_is_for_its_owner_alone_with_all_that_lies_beside_it()
    {
        Skip.If(OperatingSystem.IsWindows());
        await using var store = Store(Database);
        await store.OpenAsync(None);

        foreach (var ending in new[] { "", "-wal", "-shm", ".lock" })
            File.GetUnixFileMode(Database + ending).Should().Be(OtherUser.Private, ending);
    }

    [SkippableFact]
    public async Task A_lock_file_that_is_open_to_others_is_closed()
    {
        Skip.If(OperatingSystem.IsWindows());
        await MakeAsync();
        File.SetUnixFileMode(Database + ".lock", OtherUser.Mode("666"));

        await using var store = Store(Database);
        await store.OpenAsync(None);

        File.GetUnixFileMode(Database + ".lock").Should().Be(OtherUser.Private);
    }

    [SkippableFact]
    public async Task The_copy_before_an_upgrade_is_for_its_owner_alone()
    {
        Skip.If(OperatingSystem.IsWindows());
        await MakeAsync();
        await using var store = Store(Database, [.. SqliteSchema.Migrations, "ALTER TABLE tags ADD COLUMN colour TEXT"]);
        await store.OpenAsync(None);

        File.GetUnixFileMode($"{Database}.backup-{SqliteSchema.Migrations.Count}").Should().Be(OtherUser.Private);
    }

    private static JournaledJobStore Store(string path, IReadOnlyList<string>? migrations = null) => new(new GroupCommitExecutor(
        new SqliteJournal(path, TimeProvider.System, NullLogger.Instance, migrations), TimeProvider.System, NullLogger.Instance));

    /// <summary>A database of one's own, closed.</summary>
    private async Task MakeAsync()
    {
        await using var store = Store(Database);
        await store.OpenAsync(None);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Database, OtherUser.Private);
    }

    private static async Task RefusesAsync(string path, string words)
    {
        await using var store = Store(path);
        (await FluentActions.Awaiting(() => store.OpenAsync(None).AsTask()).Should().ThrowAsync<StoreUnavailableException>())
            .WithMessage(words);
    }
}
