using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pyremto.Tests.Transport.Http.Client;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>More results than anybody would hold: they go through a real Kestrel to readers who let them wait, and nothing on the way gathers them.</summary>
public sealed class LongResultsTests : IAsyncLifetime
{
    private const int Results = 50_000; // of 1 KiB

    /// <summary>What two sockets hold, and a little more.</summary>
    private const int MostUnderWay = 16_000;

    private static readonly TagAccess Tag = new("long");

    private readonly Source _source = new();
    private WebApplication _coordinator = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPyremto();
        var inner = builder.Services.Last(service => service.ServiceType == typeof(IJobScheduler)).ImplementationFactory!;
        builder.Services.AddSingleton(services => WithResults.Over((IJobScheduler)inner(services), _source.GiveAsync));
        _coordinator = builder.Build();
        _coordinator.MapPyremto();
        await _coordinator.StartAsync();
        await _coordinator.Services.GetRequiredService<IJobScheduler>().CreateTagAsync(new CreateTag { Tag = Tag.Tag }, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _coordinator.StopAsync().WaitAsync(HttpCoordinator.Patience);
        await _coordinator.DisposeAsync();
    }

    [Fact]
    public async Task The_client_takes_them_as_they_are_read_and_keeps_none()
    {
        using var client = HttpClients.Create(_coordinator.Urls.Single());
        var sample = new List<WeakReference>();
        var next = 0;

        await foreach (var result in client.GetResultsAsync(Tag, new ResultQuery(), CancellationToken.None))
        {
            if (result.JobId != next++)
                throw new InvalidOperationException($"Result {next - 1} is of job {result.JobId}.");
            if (next == 1)
                await _source.StandsStillAsync();
            if (_source.Given - next > MostUnderWay)
                throw new InvalidOperationException($"{_source.Given - next} results wait between coordinator and reader.");
            if (next % 500 == 0)
                sample.Add(new WeakReference(result));
        }

        next.Should().Be(Results);
        GC.Collect();
        sample.Count(result => result.IsAlive).Should().BeLessThan(5, "nobody keeps what was read");
        _source.StillAlive.Should().BeLessThan(5, "nobody keeps what was sent");
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("json")]
    [InlineData("csv")]
    public async Task A_reader_who_stops_makes_the_coordinator_wait_in_every_format(string format)
    {
        using var client = new HttpClient { BaseAddress = new Uri(_coordinator.Urls.Single()) };
        using var answer = await client.GetAsync($"/api/tags/{Tag.Tag}/results?format={format}", HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync();

        await _source.StandsStillAsync();
        _source.Given.Should().BeInRange(1, MostUnderWay);

        (await CountAsync(body, format)).Should().Be(Results);
        GC.Collect();
        _source.StillAlive.Should().BeLessThan(5, "nobody keeps what was sent");
    }

    private static async Task<int> CountAsync(Stream body, string format)
    {
        if (format == "json")
            return await JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(body).CountAsync();
        var (lines, buffer) = (format == "csv" ? -1 : 0, new byte[64 << 10]); // its header is none
        while (await body.ReadAsync(buffer) is var count and > 0)
            lines += buffer.AsSpan(0, count).Count((byte)'\n');
        return lines;
    }

    /// <summary>Makes results one by one, as they are asked for.</summary>
    private sealed class Source
    {
        private static readonly JsonText Description = JsonText.Parse("""{"x":1}""");
        private static readonly JsonText Result = JsonText.Parse($$"""{"y":"{{new string('y', 1000)}}"}""");

        private readonly List<WeakReference> _sample = [];
        private int _given;

        /// <summary>How many were given, since they were last begun.</summary>
        public int Given => Volatile.Read(ref _given);

        /// <summary>How many of a hundred, of those that were given last, are still held by anybody.</summary>
        public int StillAlive => _sample.Count(result => result.IsAlive);

        public async IAsyncEnumerable<JobResult> GiveAsync()
        {
            await Task.Yield();
            _sample.Clear();
            for (var job = 0; job < Results; job++)
            {
                Volatile.Write(ref _given, job + 1);
                var result = new JobResult { JobId = job, Description = Description, Result = Result };
                if (job % 500 == 0)
                    _sample.Add(new WeakReference(result));
                yield return result;
            }
        }

        /// <summary>Waits until nobody asks for more.</summary>
        public async Task StandsStillAsync()
        {
            using var deadline = new CancellationTokenSource(HttpCoordinator.Patience);
            int before;
            do
            {
                before = Given;
                await Task.Delay(TimeSpan.FromMilliseconds(300), deadline.Token);
            }
            while (before != Given);
        }
    }

    /// <summary>Passes everything on to a scheduler but what asks for results.</summary>
    public class WithResults : DispatchProxy
    {
        private IJobScheduler? _inner;
        private Func<IAsyncEnumerable<JobResult>>? _results;

        internal static IJobScheduler Over(IJobScheduler inner, Func<IAsyncEnumerable<JobResult>> results)
        {
            var scheduler = Create<IJobScheduler, WithResults>();
            ((WithResults)(object)scheduler)._inner = inner;
            ((WithResults)(object)scheduler)._results = results;
            return scheduler;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(ITagReader.GetResultsAsync)
                ? _results!()
                : targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
    }
}
