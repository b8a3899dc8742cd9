using System.Runtime.Versioning;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Files;

/// <summary>The files of a pipe lie in the folder that all users share.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PlantedPipeTests : IDisposable
{
    private readonly string _name = PipeNames.New();

    private string LockFile => $"{PipeName.SocketPath(_name)}.lock";

    public void Dispose() => File.Delete(LockFile);

    [SkippableFact]
    public async Task A_lock_of_another_user_is_refused_by_the_owners_name()
    {
        OtherUser.SkipUnlessPossible();
        await File.WriteAllTextAsync(LockFile, "");
        await OtherUser.OwnAsync(LockFile);

        (await FluentActions.Awaiting(() => PipeOwnership.TakeAsync(_name, default)).Should().ThrowAsync<IOException>())
            .WithMessage($"*'{LockFile}' belongs to another user (*; this program runs as root)*chown root {LockFile}");
    }

    [SkippableFact]
    public async Task A_link_in_the_place_of_the_lock_is_not_followed()
    {
        Skip.If(OperatingSystem.IsWindows());
        using var directory = new TempDirectory();
        File.CreateSymbolicLink(LockFile, directory.File("victim"));

        (await FluentActions.Awaiting(() => PipeOwnership.TakeAsync(_name, default)).Should().ThrowAsync<IOException>())
            .WithMessage("*is a link*");

        File.Exists(directory.File("victim")).Should().BeFalse();
    }

    [SkippableFact]
    public async Task A_lock_that_is_open_to_others_is_closed()
    {
        Skip.If(OperatingSystem.IsWindows());
        await File.WriteAllTextAsync(LockFile, "");
        File.SetUnixFileMode(LockFile, OtherUser.Mode("666"));

        using var taken = await PipeOwnership.TakeAsync(_name, default);

        File.GetUnixFileMode(LockFile).Should().Be(OtherUser.Private);
    }
}
