using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Pyremto.Tests.Support;
using Pyremto.Tests.Transport.Http.PyremtoV2;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>S5: a report that came whole counts, although its sender hung up before anybody looked at it.</summary>
public sealed class HungUpTests
{
    private static readonly TagAccess Tag = new("svr", "secret");

    /// <summary>Every route that takes reports, with one about job 0.</summary>
    public static TheoryData<string, string, string, HandOutState, bool> Reports
    {
        get
        {
            (string Method, string Path, string Body, HandOutState Reported)[] reports =
            [
                ("PUT", "/api/tags/svr/jobs/0/result?worker=w", """{"score":1}""", HandOutState.Done),
                ("POST", "/api/tags/svr/jobs/0/failure", """{"worker":"w","error":"it broke"}""", HandOutState.Failed),
                ("POST", "/api/tags/svr/jobs/0/release", """{"worker":"w"}""", HandOutState.Released),
                ("POST", "/api/tags/svr/next", """{"worker":"w","request_id":"r","done":[{"job_id":0,"result":{}}]}""", HandOutState.Done),
                ("POST", "/api/tags/svr/next", """{"worker":"w","request_id":"r","wait_seconds":50,"failed":[{"job_id":0,"error":"it broke"}]}""", HandOutState.Failed),
                ("POST", "/api/next", """{"worker":"w","tags":[{"tag":"svr","password":"secret"}],"released":[{"job_id":0}]}""", HandOutState.Released),
                ("POST", "/api/next", """{"worker":"w","count":0,"tags":[{"tag":"svr","password":"secret"}],"done":[{"job_id":0,"result":{}}]}""", HandOutState.Done),
                ("POST", "/", "\"{}\"", HandOutState.Done),
            ];
            var data = new TheoryData<string, string, string, HandOutState, bool>();
            foreach (var (method, path, body, reported) in reports)
            {
                data.Add(method, path, body, reported, false);
                if (path != "/") // whose clients speak HTTP/1.1
                    data.Add(method, path, body, reported, true);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public async Task S5_a_report_that_came_whole_counts(string method, string path, string body, HandOutState reported, bool http2)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var store = new CountingStore(JournaledJobStore.InMemory(TimeProvider.System));
        await using var server = await V2Server.StartAsync(
            build: builder =>
            {
                builder.Services.AddPyremto().UseStore("this test's", _ => store);
                builder.WebHost.ConfigureKestrel(options => options.ConfigureEndpointDefaults(
                endpoint => endpoint.Protocols = http2 ? HttpProtocols.Http2 : HttpProtocols.Http1));
            },
            map: app => app.Use(async (context, next) =>
            {
                await using var registration = context.RequestAborted.Register(() => gone.TrySetResult());
                if (!http2)
                    await WholeAndHungUpAsync();
                await next(context);
                answered.SetResult();

                async Task WholeAndHungUpAsync()
                {
                    var reader = context.Request.BodyReader;
                    var body = await reader.ReadAtLeastAsync((int)context.Request.ContentLength!.Value + 1); // to its end
                    reader.AdvanceTo(body.Buffer.Start);
                    await HungUpAsync();
                }
            }));
        await PrepareAsync(server.Scheduler, store);
        if (http2) // the server gives no body of a stream that was reset, so that it is when this one was read just now
            store.At = stage => arrived.Task.IsCompleted ? Task.CompletedTask : HungUpAsync();
        var client = new HttpClient { BaseAddress = server.Address };
        using var request = Request(method, path, body, http2);

        var call = client.SendAsync(request);
        await arrived.Task.WaitAsync(HttpCoordinator.Patience);
        client.Dispose();

        await FluentActions.Awaiting(() => call.WaitAsync(HttpCoordinator.Patience)).Should().ThrowAsync<OperationCanceledException>();
        await answered.Task.WaitAsync(HttpCoordinator.Patience);
        var job = (await server.Scheduler.GetJobsAsync(Tag, new JobQuery { Limit = 1 }, CancellationToken.None)).Jobs[0];
        job.Attempts[0].State.Should().Be(reported);
        (await server.Scheduler.GetProgressAsync(Tag, CancellationToken.None)).InProgress.Should().Be(0, "work that nobody got is free again");

        Task HungUpAsync()
        {
            arrived.SetResult();
            return gone.Task.WaitAsync(HttpCoordinator.Patience);
        }
    }

    /// <summary>A tag whose password nobody has shown yet, and whose job 0 the worker has.</summary>
    private static async Task PrepareAsync(IJobScheduler scheduler, CountingStore store)
    {
        await scheduler.CreateTagAsync(new CreateTag { Tag = Tag.Tag, Password = Tag.Password }, CancellationToken.None);
        var record = (await store.FindTagAsync(Tag.Tag, CancellationToken.None))!;
        await store.SetUpJobsAsync(record, Make.SetUp(jobs: 3, n: 2), CancellationToken.None);
        await store.ExchangeAsync([record], new ExchangeRequest { Worker = "w", RequestId = "first" }, CancellationToken.None);
    }

    private static HttpRequestMessage Request(string method, string path, string body, bool http2)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (path == "/")
        {
            foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("backendversion", "2"), ("set-job-done", "true"), ("tag", Tag.Tag), ("password", Tag.Password!), ("jobid", "0")])
                request.Headers.TryAddWithoutValidation(name, value);
        }
        else if (path != "/api/next")
        {
            request.Headers.Authorization = HttpCoordinator.Password(Tag.Password!);
        }
        return request;
    }
}
