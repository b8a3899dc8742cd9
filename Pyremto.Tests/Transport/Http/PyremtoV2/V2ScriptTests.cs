using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Pyremto.Tests.Architecture;

namespace Pyremto.Tests.Transport.Http.PyremtoV2;

/// <summary>A real Python process with a stock HTTP client, over a real port.</summary>
public sealed class V2ScriptTests : IAsyncLifetime
{
    private static readonly string Script =
        Path.Combine(RepositoryRoot.Path, "Pyremto.Tests", "Transport", "Http", "PyremtoV2", "v2_script.py");

    private V2Server _server = null!;

    public async Task InitializeAsync() => _server = await V2Server.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [SkippableTheory]
    [InlineData("")]
    [InlineData("pyremto")]
    public async Task Every_row_of_the_protocol_page(string path)
    {
        await PythonProcess.RequireRequestsAsync();

        (await PythonProcess.RunAsync(Script, "rows", $"{_server.Address}{path}")).Should().Be("all rows answered\n");

        _server.Announced.Select(announced => announced.Tag).Should().HaveCount(4).And.StartWith("Größe");
        var results = await _server.Scheduler.GetResultsAsync(new TagAccess("Größe"), new ResultQuery(), CancellationToken.None).ToListAsync();
        results.Select(result => result.Result.ToString()).Should().Equal(
            """{"big":1000000000000000000000000000000}""", """{"loss":null,"of":"\u00e4\"\\"}""");
    }

    [SkippableFact]
    public async Task The_operators_key_comes_by_the_endpoints_address()
    {
        await PythonProcess.RequireRequestsAsync();
        await using var server = await V2Server.StartAsync(options =>
        {
            options.OperatorKey = "the key of this test";
            options.PublicUrl = new Uri("https://example.org"); // behind a proxy, nobody is believed to be local
        });

        var address = $"http://:the%20key%20of%20this%20test@{server.Address.Authority}/";
        (await PythonProcess.RunAsync(Script, "rows", address)).Should().Be("all rows answered\n");
    }

    [SkippableFact]
    public async Task Eight_Python_workers_and_eight_of_ours_share_a_tag_and_end_exact()
    {
        await PythonProcess.RequireRequestsAsync();
        const int Jobs = 2000;
        await using var server = await V2Server.StartAsync(
            build: builder => builder.Services.AddSingleton(TimeProvider.System));
        var access = await server.SetUpAsync("shared", Jobs, n: 1, password: "secret");
        var ours = new ConcurrentBag<int>();

        var python = Enumerable.Range(0, 8)
            .Select(_ => PythonProcess.RunAsync(Script, "work", server.Address.ToString(), "shared", "secret")).ToArray();
        await server.WaitForDoneAsync(access, atLeast: 100); // the processes take longer to start
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => WorkAsync(server, access, $"w{worker}", ours)));
        var theirs = (await Task.WhenAll(python)).SelectMany(output => JsonSerializer.Deserialize<int[]>(output)!).ToArray();

        theirs.Should().NotBeEmpty();
        ours.Should().NotBeEmpty();
        theirs.Concat(ours).Order().Should().Equal(Enumerable.Range(0, Jobs), "each job was done once"); // S3
        var progress = await server.Scheduler.GetProgressAsync(access, CancellationToken.None);
        progress.Should().BeEquivalentTo(new { State = TagStatus.Done, Total = Jobs, Done = Jobs, Redistributed = 0, DuplicateResults = 0L });
        var results = await server.Scheduler.GetResultsAsync(access, new ResultQuery(), CancellationToken.None).ToListAsync();
        results.Select(result => result.Result.ToString()).Should().Equal(Enumerable.Range(0, Jobs).Select(x => $$"""{"square":{{x * x}}}"""));
        results.Where(result => result.Worker is null).Select(result => result.JobId).Should().BeEquivalentTo(theirs);
        JsonSerializer.Deserialize<string[]>((await server.CallAsync("get-job-results", ["tag: shared", "password: secret"])).Body)
            .Should().HaveCount(Jobs);
    }

    private static async Task WorkAsync(V2Server server, TagAccess access, string worker, ConcurrentBag<int> done)
    {
        var request = new ExchangeRequest { Tags = [access], Worker = worker };
        while (await server.Scheduler.ExchangeAsync(request, CancellationToken.None) is { Jobs: [var job] })
        {
            var x = JsonDocument.Parse(job.Description.Utf8).RootElement.GetProperty("x").GetInt32();
            request = request with { Done = [new DoneReport(job.JobId, JsonText.Parse($$"""{"square":{{x * x}}}"""), job.Attempt)] };
            done.Add(job.JobId);
            await server.CallAsync("ping", ["tag: shared", "password: secret"]); // so that it is no faster than the others
        }
    }
}
