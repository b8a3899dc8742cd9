using System.Runtime.Versioning;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Files;

/// <summary>An operator's key is believed only where its owner alone could have written it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PlantedKeyTests : IDisposable
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    private readonly TempDirectory _directory = new();

    private string KeyFile => _directory.File("jobs.operator-key");

    public void Dispose() => _directory.Dispose();

    [SkippableFact]
    public async Task One_of_another_user_is_refused_by_the_owners_name_and_left_as_it_is()
    {
        OtherUser.SkipUnlessPossible();
        await PlantAsync("600");
        await OtherUser.OwnAsync(KeyFile);

        Refused().WithMessage($"*'{KeyFile}' belongs to another user (*; this program runs as root)*chown root {KeyFile}");

        (await File.ReadAllTextAsync(KeyFile)).Should().Be(Key);
    }

    [SkippableTheory]
    [InlineData("644")]
    [InlineData("640")]
    [InlineData("620")]
    public async Task One_that_is_open_to_others_is_refused_with_the_command_that_closes_it(string mode)
    {
        Skip.If(OperatingSystem.IsWindows());
        await PlantAsync(mode);

        Refused().WithMessage($"*is open to other users (mode {mode})*chmod 600 {KeyFile}");

        File.SetUnixFileMode(KeyFile, OtherUser.Private);
        NewKey().Get().Should().Be(Key);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_link_in_its_place_is_not_followed(bool leadsSomewhere)
    {
        Skip.If(OperatingSystem.IsWindows());
        var victim = _directory.File("victim");
        if (leadsSomewhere)
        {
            await File.WriteAllTextAsync(victim, Key);
            File.SetUnixFileMode(victim, OtherUser.Private);
        }
        File.CreateSymbolicLink(KeyFile, victim);

        Refused().WithMessage($"*'{KeyFile}' is a link*");

        File.Exists(victim).Should().Be(leadsSomewhere);
    }

    [SkippableFact]
    public async Task A_pipe_in_its_place_keeps_nobody_waiting()
    {
        Skip.If(OperatingSystem.IsWindows());
        using (var made = System.Diagnostics.Process.Start("mkfifo", ["-m", "600", KeyFile]))
            await made.WaitForExitAsync();

        Refused().WithMessage("*no plain file*");
    }

    [Fact]
    public async Task One_s_own_empty_file_gets_a_key()
    {
        await PlantAsync("600", "");

        var key = NewKey().Get();

        (await File.ReadAllTextAsync(KeyFile)).Trim().Should().Be(key).And.HaveLength(32);
    }

    private FluentAssertions.Specialized.ExceptionAssertions<StoreUnavailableException> Refused() =>
        FluentActions.Invoking(() => NewKey().Get()).Should().Throw<StoreUnavailableException>();

    private OperatorKey NewKey()
    {
        var options = new PyremtoHttpOptions { OperatorKeyFile = KeyFile };
        options.WriteTo(TextWriter.Null);
        return new OperatorKey(options, new SeededRandom(1));
    }

    private async Task PlantAsync(string mode, string key = Key)
    {
        await File.WriteAllTextAsync(KeyFile, key);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(KeyFile, OtherUser.Mode(mode));
    }
}
