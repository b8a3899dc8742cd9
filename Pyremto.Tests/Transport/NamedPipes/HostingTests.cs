using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>Named pipes in real hosts.</summary>
public sealed class HostingTests
{
    private static readonly TagAccess Tag = new("svr");

    private readonly string _pipe = PipeNames.New();

    [Fact]
    public async Task Two_hosts_work_together_over_a_pipe()
    {
        using var coordinator = await StartAsync(pyremto => pyremto.ListenOnNamedPipe(_pipe));
        await SetUpAsync(coordinator, jobs: 20);
        using var worker = await StartAsync(pyremto => pyremto.UseNamedPipe(_pipe).AddWorker(
            (JsonText job, JobContext context, CancellationToken cancellationToken) => Task.FromResult(JsonText.Parse("""{"y":1}""")), Work));

        await worker.WaitForShutdownAsync().WaitAsync(PipeCoordinator.Patience); // nothing was left

        (await Scheduler(coordinator).GetProgressAsync(Tag, default)).Done.Should().Be(20);
        await coordinator.StopAsync();
    }

    [Fact]
    public async Task A_host_that_starts_before_its_coordinator_finds_it_later()
    {
        using var worker = await StartAsync(pyremto => pyremto.UseNamedPipe(_pipe, options => options.ReconnectFor = TimeSpan.FromMinutes(1)));
        var asking = Scheduler(worker).TagExistsAsync("svr", default).AsTask();

        using var coordinator = await StartAsync(pyremto => pyremto.ListenOnNamedPipe(_pipe));

        (await asking.WaitAsync(PipeCoordinator.Patience)).Should().BeFalse();
    }

    [Fact]
    public async Task A_relay_passes_everything_on_with_what_Python_wrote()
    {
        var near = PipeNames.New();
        using var coordinator = await StartAsync(pyremto => pyremto.ListenOnNamedPipe(_pipe));
        using var relay = await StartAsync(pyremto => pyremto.UseNamedPipe(_pipe).ListenOnNamedPipe(near));
        using var far = await StartAsync(pyremto => pyremto.UseNamedPipe(near));
        await SetUpAsync(far, jobs: 2);
        JsonText.TryParsePython("""{"loss":NaN,"x":[Infinity,-Infinity,1e400,9223372036854775808]}"""u8, out var diverged, out _).Should().BeTrue();
        var taken = await Scheduler(far).ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = "w" }, default);

        await Scheduler(far).ExchangeAsync(
            new ExchangeRequest { Tags = [Tag], Worker = "w", Count = 0, Done = [new DoneReport(taken.Jobs[0].JobId, diverged)] }, default);

        foreach (var host in new[] { coordinator, relay, far })
        {
            await foreach (var result in Scheduler(host).GetResultsAsync(Tag, new ResultQuery(), default))
            {
                result.Result.Should().Be(diverged, "S13");
                result.Result.HasNonFinite.Should().BeTrue();
                result.Result.ToString().Should().Be("""{"loss":null,"x":[null,null,1e400,9223372036854775808]}""");
            }
            (await Scheduler(host).GetProgressAsync(Tag, default)).Done.Should().Be(1);
        }
        await FluentActions.Awaiting(() => Scheduler(far).GetProgressAsync(new TagAccess("none"), default).AsTask()).Should().ThrowAsync<TagUnknownException>();
    }

    [Fact]
    public async Task A_host_can_listen_on_two_names()
    {
        var other = PipeNames.New();
        using var coordinator = await StartAsync(pyremto => pyremto.ListenOnNamedPipe(_pipe).ListenOnNamedPipe(other));

        foreach (var name in new[] { _pipe, other })
        {
            using var client = await StartAsync(pyremto => pyremto.UseNamedPipe(name));
            (await Scheduler(client).TagExistsAsync("svr", default)).Should().BeFalse();
        }
    }

    [Fact]
    public async Task The_health_check_tells_whether_the_coordinator_answers()
    {
        using var worker = await StartAsync(
            pyremto => pyremto.UseNamedPipe(_pipe, options => options.ReconnectFor = TimeSpan.FromMilliseconds(100)),
            builder => builder.Services.AddHealthChecks().AddPyremto());
        var health = worker.Services.GetRequiredService<HealthCheckService>();

        var alone = await health.CheckHealthAsync();
        alone.Status.Should().Be(HealthStatus.Unhealthy);
        alone.Entries.Values.Single().Description.Should().Contain("ListenOnNamedPipe");
        using var coordinator = await StartAsync(pyremto => pyremto.ListenOnNamedPipe(_pipe));

        using var deadline = new CancellationTokenSource(PipeCoordinator.Patience);
        while ((await health.CheckHealthAsync(deadline.Token)).Status != HealthStatus.Healthy)
            deadline.Token.ThrowIfCancellationRequested();
    }

    [Fact]
    public void Options_come_from_the_configuration_and_code_has_the_last_word()
    {
        var builder = Builder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Pyremto:NamedPipeServer:MaxConnections"] = "10",
            ["Pyremto:NamedPipeServer:MaxCallsPerConnection"] = "20",
            ["Pyremto:NamedPipeServer:PeerTimeout"] = "00:00:07",
            ["Pyremto:NamedPipeClient:ReconnectFor"] = "00:01:00",
        });
        builder.Services.AddPyremto().UseNamedPipe(_pipe).ListenOnNamedPipe(PipeNames.New(), options => options.MaxConnections = 11);
        using var host = builder.Build();

        host.Services.GetRequiredService<IOptions<NamedPipeServerOptions>>().Value.Should().BeEquivalentTo(
            new { MaxConnections = 11, MaxCallsPerConnection = 20, PeerTimeout = TimeSpan.FromSeconds(7), MaxRequestBytes = 64 << 20 });
        host.Services.GetRequiredService<IOptions<NamedPipeClientOptions>>().Value.ReconnectFor.Should().Be(TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("NamedPipeServer:MaxConnections", "0")]
    [InlineData("NamedPipeServer:MaxConnections", "100001")]
    [InlineData("NamedPipeServer:MaxCallsPerConnection", "-1")]
    [InlineData("NamedPipeServer:MaxRequestBytes", "1000")]
    [InlineData("NamedPipeServer:PeerTimeout", "00:00:00.5")]
    [InlineData("NamedPipeServer:PeerTimeout", "01:00:01")]
    [InlineData("NamedPipeClient:ReconnectFor", "-00:00:01")]
    [InlineData("NamedPipeClient:ReconnectFor", "01:00:01")]
    public async Task Options_out_of_their_range_fail_the_start_and_are_named(string option, string value)
    {
        var builder = Builder();
        builder.Configuration[$"Pyremto:{option}"] = value;
        builder.Services.AddPyremto().UseNamedPipe(_pipe).ListenOnNamedPipe(PipeNames.New());
        using var host = builder.Build();

        await FluentActions.Awaiting(() => host.StartAsync()).Should()
            .ThrowAsync<OptionsValidationException>().WithMessage($"*{option.Split(':')[1]}*");
    }

    [Fact]
    public async Task A_pipe_and_a_store_of_its_own_contradict_each_other()
    {
        var builder = Builder();
        builder.Services.AddPyremto().UseSqlite("jobs.db").UseNamedPipe("pyremto");
        using var host = builder.Build();

        await FluentActions.Awaiting(() => host.StartAsync()).Should()
            .ThrowAsync<OptionsValidationException>().WithMessage("*UseSqlite(\"jobs.db\")*UseNamedPipe(\"pyremto\")*contradict*");
    }

    [Fact]
    public async Task A_name_that_is_taken_fails_the_start_with_advice()
    {
        using var first = await StartAsync(pyremto => pyremto.ListenOnNamedPipe(_pipe));

        await FluentActions.Awaiting(() => StartAsync(pyremto => pyremto.ListenOnNamedPipe(_pipe))).Should()
            .ThrowAsync<IOException>().WithMessage("*belongs to another coordinator*");
    }

    private static async Task<IHost> StartAsync(Action<IPyremtoBuilder> configure, Action<HostApplicationBuilder>? also = null)
    {
        var builder = Builder();
        configure(builder.Services.AddPyremto());
        also?.Invoke(builder);
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    private static async Task SetUpAsync(IHost host, int jobs)
    {
        await Scheduler(host).CreateTagAsync(new CreateTag { Tag = Tag.Tag }, default);
        await Scheduler(host).SetUpJobsAsync(Tag, Make.SetUp(jobs), default);
    }

    private static void Work(WorkerOptions options)
    {
        options.Tag = Tag.Tag;
        options.WhenNothingLeft = WhenNothingLeft.StopHost;
    }

    private static IJobScheduler Scheduler(IHost host) => host.Services.GetRequiredService<IJobScheduler>();

    private static HostApplicationBuilder Builder() => new(new HostApplicationBuilderSettings { DisableDefaults = true });
}
