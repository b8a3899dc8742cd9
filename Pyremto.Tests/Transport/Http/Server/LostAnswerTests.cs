using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;
using Pyremto.Tests.Transport.Http.PyremtoV2;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>S8: work whose answer the connection does not take is free again, whichever door it left by and however that shows.</summary>
public sealed class LostAnswerTests
{
    public enum Loss
    {
        TakesNothingMore,
        Breaks,
        CannotBeWritten,
    }

    public static TheoryData<string, string, Loss> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, Loss>();
            foreach (var loss in Enum.GetValues<Loss>())
            {
                cases.Add("/api/tags/svr/next", "", loss);
                cases.Add("/api/tags/svr/next", """{"worker":"w","request_id":"r","count":2}""", loss);
                cases.Add("/api/next", """{"worker":"w","request_id":"r","wait_seconds":50,"tags":[{"tag":"svr"}]}""", loss);
                cases.Add("/", "get-next-job", loss);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task S8_work_in_an_answer_that_is_lost_is_released(string path, string body, Loss loss)
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await V2Server.StartAsync(map: app => app.Use(async (context, next) =>
        {
            var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
            context.Features.Set<IHttpResponseBodyFeature>(new LosingBody(body, new LosingWriter(body.Writer, loss)));
            try
            {
                await next(context);
            }
            finally
            {
                context.Abort();
                answered.SetResult();
            }
        }));
        var tag = await server.SetUpAsync("svr", jobs: 2);
        string[] headers = path == "/" ? ["backendversion: 2", $"{body}: true", "tag: svr"] : [];
        using var content = new StringContent(path == "/" ? "" : body, System.Text.Encoding.UTF8, "application/json");

        await FluentActions.Awaiting(() => server.CallAsync(headers, content, path)).Should().ThrowAsync<HttpRequestException>();

        await answered.Task.WaitAsync(HttpCoordinator.Patience);
        (await server.Scheduler.GetProgressAsync(tag, CancellationToken.None)).Waiting.Should().Be(2);
        (await server.Scheduler.GetJobsAsync(tag, new JobQuery(), CancellationToken.None)).Jobs[0].Attempts.Should().ContainSingle()
            .Which.State.Should().Be(HandOutState.Released);
    }

    private sealed class LosingBody(IHttpResponseBodyFeature inner, PipeWriter writer) : IHttpResponseBodyFeature
    {
        public Stream Stream => inner.Stream;

        public PipeWriter Writer => writer;

        public void DisableBuffering() => inner.DisableBuffering();

        public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
            inner.SendFileAsync(path, offset, count, cancellationToken);

        public Task CompleteAsync() => inner.CompleteAsync();
    }

    private sealed class LosingWriter(PipeWriter inner, Loss loss) : PipeWriter
    {
        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) =>
            loss == Loss.CannotBeWritten ? throw new IOException("The connection is gone.") : inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            loss == Loss.Breaks ? throw new IOException("The connection is gone.") : new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: true));
    }
}
