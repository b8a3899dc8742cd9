using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pyremto.Tests.Remote;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Hosting;

public sealed class AddPyremtoTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pyremto-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_scheduler_is_open_from_before_the_first_service_starts_until_after_the_last_stopped()
    {
        var builder = Builder();
        builder.Services.AddHostedService<FirstAndLast>();
        builder.Services.AddPyremto();
        using var host = builder.Build();

        await host.StartAsync();
        await host.StopAsync();

        host.Services.GetServices<IHostedService>().OfType<FirstAndLast>().Single().Tags.Should().Equal("at-start", "at-stop");
    }

    [Fact]
    public async Task A_sqlite_file_keeps_what_there_was_over_a_restart()
    {
        var path = Path.Combine(_folder, "jobs.db");
        await RunAsync(scheduler => scheduler.CreateTagAsync(new CreateTag { Tag = "svr" }, CancellationToken.None).AsTask());

        (await RunAsync(scheduler => scheduler.TagExistsAsync("svr", CancellationToken.None).AsTask())).Should().BeTrue();

        async Task<T> RunAsync<T>(Func<IJobScheduler, Task<T>> use)
        {
            var builder = Builder();
            builder.Services.AddPyremto().UseSqlite(path);
            using var host = builder.Build();
            await host.StartAsync();
            var answer = await use(host.Services.GetRequiredService<IJobScheduler>());
            await host.StopAsync();
            return answer;
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_fails_the_start_with_words()
    {
        var builder = Builder();
        builder.Services.AddPyremto().UseSqlite(Path.Combine(_folder, "missing", "jobs.db"));
        using var host = builder.Build();

        await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<StoreUnavailableException>().WithMessage("*missing*");
    }

    [Fact]
    public async Task Calls_that_contradict_each_other_fail_the_start_and_are_named()
    {
        Action<IPyremtoBuilder>[] contradictions =
        [
            pyremto => pyremto.UseInMemory().UseSqlite("jobs.db"),
            pyremto => pyremto.UseSqlite("jobs.db").UseSqlite("other.db"),
            pyremto => pyremto.UseSqlite("other.db").UseInMemory().UseSqlite("jobs.db"),
            pyremto => pyremto.UseRemoteScheduler("UseSqlite(\"jobs.db\")", _ => new ScriptedScheduler()).UseInMemory(),
            pyremto => pyremto.UseSqlite("jobs.db").UseRemoteScheduler("UseHttp(\"http://box\")", _ => new ScriptedScheduler()),
        ];
        foreach (var contradict in contradictions)
        {
            var builder = Builder();
            contradict(builder.Services.AddPyremto());
            using var host = builder.Build();

            await FluentActions.Awaiting(() => host.StartAsync()).Should()
                .ThrowAsync<OptionsValidationException>().WithMessage("*UseSqlite(\"jobs.db\")*contradict*");
        }
    }

    [Fact]
    public async Task In_memory_takes_the_place_of_a_store_that_was_chosen_before()
    {
        var path = Path.Combine(_folder, "jobs.db");
        var builder = Builder();
        builder.Services.AddPyremto().UseSqlite(path);
        builder.Services.AddPyremto().UseInMemory(); // as the host of a test does, behind the set-up of the product
        using var host = builder.Build();

        await host.StartAsync();
        await host.Services.GetRequiredService<IJobScheduler>().CreateTagAsync(new CreateTag { Tag = "svr" }, CancellationToken.None);
        await host.StopAsync();

        File.Exists(path).Should().BeFalse();
    }

    [Fact]
    public async Task Tags_are_opened_by_an_injected_factory_with_the_clock_and_the_randomness_of_the_host()
    {
        var clock = new FakeTimeProvider();
        var builder = Builder();
        builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton<IRandomSource>(new SeededRandom(7));
        builder.Services.AddPyremto();
        using var host = builder.Build();
        await host.StartAsync();
        var factory = host.Services.GetRequiredService<RemoteControlFactory>();

        await using var remote = await factory.OpenAsync(new() { Tag = "svr" });
        await remote.SetupJobsAsync([new { X = 1 }], new() { Lease = TimeSpan.FromSeconds(30), Policy = RedistributionPolicy.WhenLost });
        await remote.GetNextJobAsync();
        await clock.UntilTimerAsync(TimeSpan.FromSeconds(10)); // the heartbeat's

        var absent = () => factory.OpenAsync(new() { Tag = "other", MustExist = true });
        await absent.Should().ThrowAsync<TagUnknownException>();
        await remote.DisposeAsync();
        await host.StopAsync();
    }

    [Fact]
    public async Task The_same_call_twice_and_a_second_AddPyremto_are_fine()
    {
        var builder = Builder();
        var first = builder.Services.AddPyremto(options => options.MaxJobs = 5).UseInMemory();
        var second = builder.Services.AddPyremto(options => options.MaxResultBytes = 7).UseInMemory();
        using var host = builder.Build();

        await host.StartAsync();

        second.Should().BeSameAs(first);
        host.Services.GetServices<IJobScheduler>().Should().ContainSingle();
        host.Services.GetServices<IResultWriter>().Select(writer => writer.Format).Should().Equal("json", "jsonl", "csv");
        host.Services.GetRequiredService<IOptions<PyremtoOptions>>().Value.Should()
            .BeEquivalentTo(new { MaxJobs = 5, MaxResultBytes = 7 });
        await host.StopAsync();
    }

    [Fact]
    public void Options_come_from_the_configuration_and_code_has_the_last_word()
    {
        var builder = Builder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Pyremto:MaxJobs"] = "10",
            ["Pyremto:MaxResultBytes"] = "20",
            ["Pyremto:Retention"] = "2.00:00:00",
        });
        builder.Services.AddPyremto(options => options.MaxJobs = 11);
        using var host = builder.Build();

        host.Services.GetRequiredService<IOptions<PyremtoOptions>>().Value.Should()
            .BeEquivalentTo(new { MaxJobs = 11, MaxResultBytes = 20, Retention = TimeSpan.FromDays(2), MaxDescriptionBytes = 1L << 20 });
    }

    [Theory]
    [InlineData("MaxJobs", "0")]
    [InlineData("MaxResultBytes", "1")]
    [InlineData("MaxDescriptionBytes", "-5")]
    [InlineData("Retention", "-00:00:01")]
    public async Task Options_out_of_their_range_fail_the_start_and_are_named(string option, string value)
    {
        var builder = Builder();
        builder.Configuration[$"Pyremto:{option}"] = value;
        builder.Services.AddPyremto();
        using var host = builder.Build();

        await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<OptionsValidationException>().WithMessage($"*{option}*");
    }

    [Fact]
    public async Task Without_host_configuration_and_logging_the_scheduler_can_be_made_all_the_same()
    {
        var services = new ServiceCollection();
        services.AddPyremto();
        await using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IJobScheduler>().Should().BeOfType<JobScheduler>();
    }

    [Fact]
    public async Task A_coordinator_elsewhere_is_used_as_it_is()
    {
        var elsewhere = new ScriptedScheduler();
        var builder = Builder();
        builder.Services.AddPyremto().UseRemoteScheduler("UseHttp(\"http://box\")", _ => elsewhere);
        using var host = builder.Build();
        await host.StartAsync();

        host.Services.GetRequiredService<IJobScheduler>().Should().BeSameAs(elsewhere);
        await host.StopAsync();
    }

    [Fact]
    public async Task The_health_check_asks_the_scheduler()
    {
        var elsewhere = new ScriptedScheduler();
        var builder = Builder();
        builder.Services.AddPyremto().UseRemoteScheduler("UseHttp(\"http://box\")", _ => elsewhere);
        builder.Services.AddHealthChecks().AddPyremto();
        using var host = builder.Build();
        var checks = host.Services.GetRequiredService<HealthCheckService>();

        (await checks.CheckHealthAsync()).Status.Should().Be(HealthStatus.Healthy);
        elsewhere.Exists = _ => throw new StoreUnavailableException("the disk is full");
        var report = await checks.CheckHealthAsync();

        report.Status.Should().Be(HealthStatus.Unhealthy);
        report.Entries["pyremto"].Description.Should().Be("the disk is full");
    }

    [Fact]
    public async Task S17_old_tags_are_looked_for_every_hour_while_the_host_runs()
    {
        var clock = new FakeTimeProvider();
        var builder = Builder();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddPyremto();
        using var host = builder.Build();

        await host.StartAsync();
        await clock.UntilTimerAsync(TimeSpan.FromHours(1));
        await host.StopAsync();

        clock.RunningTimers.Should().Be(0);
    }

    [Fact]
    public void An_empty_path_is_refused_where_it_is_given() =>
        FluentActions.Invoking(() => new ServiceCollection().AddPyremto().UseSqlite(" ")).Should().Throw<ArgumentException>();

    private static HostApplicationBuilder Builder() => Host.CreateEmptyApplicationBuilder(settings: null);

    /// <summary>Registered before Pyremto, so it starts first and stops last.</summary>
    private sealed class FirstAndLast(IJobScheduler scheduler) : IHostedService
    {
        public List<string> Tags { get; } = [];

        public async Task StartAsync(CancellationToken cancellationToken) => await CreateAsync("at-start");

        public async Task StopAsync(CancellationToken cancellationToken) => await CreateAsync("at-stop");

        private async Task CreateAsync(string tag) =>
            Tags.Add((await scheduler.CreateTagAsync(new CreateTag { Tag = tag }, CancellationToken.None)).Tag);
    }
}
