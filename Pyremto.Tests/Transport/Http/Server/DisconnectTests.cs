using System.Reflection;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>A caller who is seen to be gone before the answer is written has taken nothing (S8).</summary>
public sealed class DisconnectTests
{
    [Theory]
    [InlineData("/api/tags/svr/next", """{"worker":"gone","request_id":"r"}""")]
    [InlineData("/api/tags/svr/next", """{"worker":"gone","count":3}""")]
    [InlineData("/api/next", """{"worker":"gone","tags":[{"tag":"svr"}]}""")]
    [InlineData("/api/tags/svr/next", "")]
    public async Task Work_for_a_caller_who_hung_up_is_released(string path, string body)
    {
        await using var inner = await SchedulerAsync();
        var slow = SlowToAnswer.Around(inner);
        await using var at = await StartAsync(slow);
        await at.SetUpAsync("svr", 3);
        using var hangUp = new CancellationTokenSource();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        var gone = at.Client.PostAsync(path, content, hangUp.Token);
        await slow.Given.Task.WaitAsync(HttpCoordinator.Patience);
        (await inner.GetProgressAsync(new TagAccess("svr"), CancellationToken.None)).InProgress.Should().BePositive();
        await hangUp.CancelAsync();
        await FluentActions.Awaiting(() => gone).Should().ThrowAsync<OperationCanceledException>();

        await slow.Released.Task.WaitAsync(HttpCoordinator.Patience);
        var progress = await inner.GetProgressAsync(new TagAccess("svr"), CancellationToken.None);
        progress.Waiting.Should().Be(3);
        (await inner.GetJobsAsync(new TagAccess("svr"), new JobQuery(), CancellationToken.None)).Jobs.Should().OnlyContain(job => job.Spent == 0);
    }

    [Fact]
    public async Task S3_S8_who_asks_again_while_the_work_is_released_that_the_first_try_got_keeps_what_is_given()
    {
        await using var inner = await SchedulerAsync();
        var slow = SlowToAnswer.Around(inner);
        await using var at = await StartAsync(slow);
        await at.SetUpAsync("svr", 1);
        slow.HoldReleases = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var hangUp = new CancellationTokenSource();

        var gone = AskAsync(hangUp.Token);
        await slow.Given.Task.WaitAsync(HttpCoordinator.Patience);
        await hangUp.CancelAsync();
        await FluentActions.Awaiting(() => gone).Should().ThrowAsync<OperationCanceledException>();
        await slow.Releasing.Task.WaitAsync(HttpCoordinator.Patience);
        slow.AnswersAtOnce = true;
        (await AskAsync(CancellationToken.None)).Should().Contain("\"has_job\":1");
        slow.HoldReleases.SetResult();

        await slow.Released.Task.WaitAsync(HttpCoordinator.Patience);
        (await inner.GetProgressAsync(new TagAccess("svr"), CancellationToken.None)).InProgress.Should().Be(1, "it is worked on, and N is 1");

        async Task<string> AskAsync(CancellationToken cancellationToken)
        {
            using var content = new StringContent("""{"worker":"w","request_id":"r"}""", Encoding.UTF8, "application/json");
            using var response = await at.Client.PostAsync("/api/tags/svr/next", content, cancellationToken);
            return await response.Content.ReadAsStringAsync(cancellationToken);
        }
    }

    private static async Task<JobScheduler> SchedulerAsync()
    {
        var scheduler = new JobScheduler(
            JournaledJobStore.InMemory(TimeProvider.System), new PyremtoOptions(), TimeProvider.System, new SeededRandom(5), NullLogger<JobScheduler>.Instance);
        await scheduler.StartAsync(CancellationToken.None);
        return scheduler;
    }

    private static Task<HttpCoordinator> StartAsync(SlowToAnswer slow) => HttpCoordinator.StartAsync(
        build: builder => builder.Services.AddPyremto().UseRemoteScheduler("UseSlow()", _ => (IJobScheduler)(object)slow));

    /// <summary>Gives work, and answers only when the caller is gone.</summary>
    public class SlowToAnswer : DispatchProxy
    {
        internal IJobScheduler Inner { get; set; } = null!;

        internal TaskCompletionSource Given { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource Releasing { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource? HoldReleases { get; set; }

        internal bool AnswersAtOnce { get; set; }

        internal static SlowToAnswer Around(IJobScheduler inner)
        {
            var slow = (SlowToAnswer)(object)DispatchProxy.Create<IJobScheduler, SlowToAnswer>();
            slow.Inner = inner;
            return slow;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IJobScheduler.ExchangeAsync)
                ? new ValueTask<ExchangeAnswer>(ExchangeAsync((ExchangeRequest)args![0]!, (CancellationToken)args[1]!))
                : targetMethod.Invoke(Inner, args);

        private async Task<ExchangeAnswer> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
        {
            if (request.Released.Count > 0 && HoldReleases is { } hold)
            {
                Releasing.TrySetResult();
                await hold.Task.WaitAsync(HttpCoordinator.Patience, CancellationToken.None);
            }
            var answer = await Inner.ExchangeAsync(request, CancellationToken.None);
            if (answer.HasJob && !AnswersAtOnce)
            {
                Given.TrySetResult();
                var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await using var registration = cancellationToken.Register(gone.SetResult);
                await gone.Task.WaitAsync(HttpCoordinator.Patience, CancellationToken.None);
            }
            if (request.Released.Count > 0)
                Released.TrySetResult();
            return answer;
        }
    }
}
