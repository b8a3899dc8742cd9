using System.IO.Pipes;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>A name has one owner, and an owner that was killed leaves it free.</summary>
public sealed class OwnershipTests
{
    [Fact]
    public async Task A_second_server_on_a_name_is_refused_with_advice_and_the_first_goes_on()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        var client = coordinator.Connect();
        await client.TagExistsAsync("tag", default);
        await using var second = Server(coordinator.Name);

        (await FluentActions.Awaiting(() => second.StartAsync(default)).Should().ThrowAsync<IOException>())
            .WithMessage($"*belongs to another coordinator*UseNamedPipe(\"{coordinator.Name}\")*another name*");

        await client.TagExistsAsync("tag", default);
        await coordinator.Connect().TagExistsAsync("tag", default).AsTask().WaitAsync(PipeCoordinator.Patience);
    }

    [Fact]
    public async Task A_name_is_free_again_when_its_server_has_stopped()
    {
        var coordinator = await PipeCoordinator.StartAsync();
        await coordinator.DisposeAsync();
        await using var next = Server(coordinator.Name);

        await next.StartAsync(default);
    }

    [Fact]
    public async Task Of_many_servers_that_start_at_once_one_gets_the_name()
    {
        var name = PipeNames.New();
        var servers = Enumerable.Range(0, 8).Select(_ => Server(name)).ToArray();

        var started = await Task.WhenAll(servers.Select(server => Task.Run(async () =>
        {
            try
            {
                await server.StartAsync(default);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        })));

        started.Count(isOwner => isOwner).Should().Be(1);
        await using var peer = await RawPeer.IntroducedAsync(name);
        foreach (var server in servers)
            await server.DisposeAsync();
    }

    [Fact]
    public async Task A_name_that_another_program_listens_on_is_not_taken_over()
    {
        var name = PipeNames.New();
        await using var foreign = new NamedPipeServerStream(
            name, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        var connected = foreign.WaitForConnectionAsync();
        await using var server = Server(name);

        (await FluentActions.Awaiting(() => server.StartAsync(default)).Should().ThrowAsync<IOException>()).WithMessage("*another program*");

        await connected.WaitAsync(PipeCoordinator.Patience); // who looked whether somebody is there
        if (!OperatingSystem.IsWindows())
            File.Exists(PipeName.SocketPath(name)).Should().BeTrue();
    }

    [SkippableFact]
    public async Task What_stands_in_the_place_of_the_socket_and_cannot_go_is_told_as_words()
    {
        Skip.If(OperatingSystem.IsWindows());
        var name = PipeNames.New();
        Directory.CreateDirectory(PipeName.SocketPath(name));
        try
        {
            await using var server = Server(name);

            await FluentActions.Awaiting(() => server.StartAsync(default)).Should().ThrowAsync<IOException>();
        }
        finally
        {
            Directory.Delete(PipeName.SocketPath(name));
        }
    }

    [SkippableFact]
    public async Task After_kill_9_of_a_coordinator_another_process_can_take_its_name_and_not_before()
    {
        Skip.If(OperatingSystem.IsWindows());
        using var directory = new TempDirectory();
        var name = PipeNames.New();
        await using var first = TestProcess.Start(PipeProcesses.CoordinatorVerb, name, directory.File("1.db"), "1", "1");
        await first.LineAsync("listening");
        await using (var refused = TestProcess.Start(PipeProcesses.CoordinatorVerb, name, directory.File("2.db"), "1", "1"))
        {
            (await refused.WaitForExitAsync()).Should().NotBe(0);
            (await refused.ErrorsAsync()).Should().Contain("belongs to another coordinator");
        }
        await using (var inThisProcess = Server(name))
            await FluentActions.Awaiting(() => inThisProcess.StartAsync(default)).Should().ThrowAsync<IOException>().WithMessage("*belongs to another coordinator*");
        await using (var peer = await RawPeer.IntroducedAsync(name))
            (await peer.AskAsync(1, PipeVerb.TagExists, """{"tag":"none"}""")).Text.Should().Be("false", "the first goes on");

        await first.KillAsync();
        File.Exists(PipeName.SocketPath(name)).Should().BeTrue("nobody was left to delete it");
        await using var next = Server(name);
        await next.StartAsync(default);

        await using var client = await RawPeer.IntroducedAsync(name);
    }

    private static NamedPipeServer Server(string name) => new(
        name, new NamedPipeServerOptions(),
        new JobScheduler(
            JournaledJobStore.InMemory(TimeProvider.System), new PyremtoOptions(), TimeProvider.System, new SeededRandom(1), NullLogger<JobScheduler>.Instance),
        TimeProvider.System, new SeededRandom(2), NullLogger.Instance);
}
