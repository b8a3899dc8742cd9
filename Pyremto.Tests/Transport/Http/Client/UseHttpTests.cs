using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pyremto.Tests.Support;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Client;

/// <summary><c>UseHttp</c> in a host.</summary>
public sealed class UseHttpTests
{
    [Theory]
    [InlineData("")]
    [InlineData("localhost:5080")]
    [InlineData("/api")]
    [InlineData("ftp://host")]
    [InlineData("http://")]
    [InlineData("http://:hidden@host:5080")]
    [InlineData("http://hidden@host")]
    [InlineData("http://host?key=hidden")]
    [InlineData("http://host#hidden")]
    public void An_address_that_is_none_or_holds_a_secret_is_refused_without_repeating_it(string url) =>
        FluentActions.Invoking(() => new ServiceCollection().AddPyremto().UseHttp(url)).Should().Throw<ArgumentException>()
            .Which.Message.Should().NotContain("hidden");

    [Theory]
    [InlineData("ReconnectFor", "-00:00:01")]
    [InlineData("ReconnectFor", "01:00:01")]
    [InlineData("ConnectTimeout", "00:00:00")]
    [InlineData("AnswerWithin", "00:00:00.5")]
    [InlineData("OperatorKey", "with space")]
    public async Task Options_out_of_their_range_fail_the_start_and_are_named(string option, string value)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration[$"Pyremto:HttpClient:{option}"] = value;
        builder.Services.AddPyremto().UseHttp("http://localhost:5080");
        using var host = builder.Build();

        await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<OptionsValidationException>().WithMessage($"*{option}*");
    }

    [Fact]
    public async Task Another_coordinator_or_a_store_beside_it_contradicts_it()
    {
        Action<IPyremtoBuilder>[] contradictions =
        [
            pyremto => pyremto.UseHttp("http://a:1").UseHttp("http://b:1"),
            pyremto => pyremto.UseHttp("http://a:1").UseNamedPipe("p"),
            pyremto => pyremto.UseHttp("http://a:1").UseInMemory(),
        ];
        foreach (var contradict in contradictions)
        {
            var builder = Host.CreateEmptyApplicationBuilder(settings: null);
            contradict(builder.Services.AddPyremto());
            using var host = builder.Build();

            await FluentActions.Awaiting(() => host.StartAsync()).Should()
                .ThrowAsync<OptionsValidationException>().WithMessage("*UseHttp(\"http://a:1\")*contradict*");
        }
    }

    [Fact]
    public async Task A_worker_works_over_HTTP_below_a_prefix_and_through_a_relay_on_a_pipe()
    {
        await using var coordinator = await HttpCoordinator.StartAsync();
        await coordinator.Scheduler.CreateTagAsync(new CreateTag { Tag = "t", Password = "secret" }, CancellationToken.None);
        await coordinator.Scheduler.SetUpJobsAsync(new TagAccess("t", "secret"), Make.SetUp(50), CancellationToken.None);
        var pipe = PipeNames.New();
        using var relay = Build(pyremto => pyremto.UseHttp(coordinator.Url).ListenOnNamedPipe(pipe));
        await relay.StartAsync();
        var done = new ConcurrentBag<int>();
        using var direct = Build(pyremto => AddWorker(pyremto.UseHttp(coordinator.Url + "/")));
        using var behind = Build(pyremto => AddWorker(pyremto.UseNamedPipe(pipe)));

        await Task.WhenAll(direct.RunAsync(), behind.RunAsync()).WaitAsync(HttpCoordinator.Patience);

        done.Should().HaveCount(50).And.OnlyHaveUniqueItems();
        var progress = await coordinator.Scheduler.GetProgressAsync(new TagAccess("t", "secret"), CancellationToken.None);
        progress.Should().BeEquivalentTo(new { Done = 50, Redistributed = 0 });
        await relay.StopAsync();

        void AddWorker(IPyremtoBuilder pyremto) => pyremto.AddWorker<JsonText, JsonText>(
            (job, context, _) =>
            {
                done.Add(context.JobId);
                return Task.FromResult(job);
            },
            worker => (worker.Tag, worker.Password, worker.WhenNothingLeft) = ("t", "secret", WhenNothingLeft.StopHost));
    }

    [Fact]
    public async Task Handlers_of_the_named_client_see_every_request_and_the_operator_key_goes_to_the_tags_alone()
    {
        await using var coordinator = await HttpCoordinator.StartAsync(options => options.OperatorKey = "the-operators-own-key");
        var seen = new ConcurrentQueue<(string Path, string? Key)>();
        using var host = Build(pyremto =>
        {
            pyremto.UseHttp(coordinator.Url, options => options.OperatorKey = "the-operators-own-key");
            pyremto.Services.AddHttpClient(PyremtoHttpClientBuilderExtensions.HttpClientName).AddHttpMessageHandler(() => new Seeing(seen));
        });
        var scheduler = host.Services.GetRequiredService<IJobScheduler>();

        await scheduler.CreateTagAsync(new CreateTag { Tag = "t" }, CancellationToken.None);
        await scheduler.GetProgressAsync(new TagAccess("t"), CancellationToken.None);

        seen.Should().Equal(("/api/tags", "Bearer the-operators-own-key"), ("/api/tags/t", null));
    }

    [Fact]
    public async Task The_spans_of_both_sides_join()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Pyremto" or "Microsoft.AspNetCore" or "worker",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var coordinator = await HttpCoordinator.StartAsync();
        await coordinator.Scheduler.CreateTagAsync(new CreateTag { Tag = "t" }, CancellationToken.None);
        using var client = HttpClients.Create(coordinator.Url);
        using var source = new ActivitySource("worker");
        ActivityTraceId trace;
        using (var span = source.StartActivity("work"))
        {
            trace = span!.TraceId;
            await client.ExchangeAsync(new ExchangeRequest { Tags = [new TagAccess("t")], Worker = "traced" }, CancellationToken.None);
        }

        await coordinator.StopAsync(); // all spans have ended
        spans.Should().ContainSingle(span => span.OperationName == "pyremto.exchange" && Equals(span.GetTagItem("pyremto.worker"), "traced"))
            .Which.TraceId.Should().Be(trace);
    }

    private static IHost Build(Action<IPyremtoBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        configure(builder.Services.AddPyremto());
        return builder.Build();
    }

    private sealed class Seeing(ConcurrentQueue<(string Path, string? Key)> seen) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen.Enqueue((request.RequestUri!.AbsolutePath, request.Headers.Authorization?.ToString()));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
