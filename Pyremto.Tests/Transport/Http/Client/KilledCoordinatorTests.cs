using Pyremto.Tests.Support;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Client;

/// <summary>A coordinator that is killed and started again under workers on the other side of HTTP.</summary>
public sealed class KilledCoordinatorTests
{
    [Fact]
    public async Task S3_S8_S14_a_coordinator_killed_again_and_again_under_16_workers_loses_nothing_and_hands_nothing_out_twice()
    {
        const int Jobs = 2000, Kills = 3;
        var tag = new TagAccess("t");
        using var directory = new TempDirectory();
        var victim = await HttpVictim.StartAsync(directory.File("jobs.db"));
        using var client = HttpClients.Create(victim.Url);
        await client.CreateTagAsync(new CreateTag { Tag = "t" }, CancellationToken.None);
        await client.SetUpJobsAsync(tag, Make.SetUp(Jobs, n: 1, policy: RedistributionPolicy.WhenLost), CancellationToken.None);
        var taken = 0;
        var marks = Enumerable.Range(0, Kills).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();

        var working = HttpClients.WorkAsync(client, tag, workers: 16, () =>
        {
            var now = Interlocked.Increment(ref taken);
            if (now % (Jobs / (Kills + 1)) == 0 && now / (Jobs / (Kills + 1)) is var mark && mark <= Kills)
                marks[mark - 1].TrySetResult();
        });
        foreach (var mark in marks)
        {
            await mark.Task.WaitAsync(HttpCoordinator.Patience);
            await victim.KillAsync();
            working.IsCompleted.Should().BeFalse();
            victim = await HttpVictim.StartAsync(directory.File("jobs.db"), victim.Url);
        }

        await working.WaitAsync(HttpCoordinator.Patience);
        (await client.GetProgressAsync(tag, CancellationToken.None)).Should()
            .BeEquivalentTo(new { Done = Jobs, Total = Jobs, Redistributed = 0, DifferingResults = 0L });
        victim.Dispose();
    }
}
