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
        await using var inner = new JobScheduler(
            JournaledJobStore.InMemory(TimeProvider.System), new PyremtoOptions(), TimeProvider.System, new SeededRandom(5), NullLogger<JobScheduler>.Instance);
        await inner.StartAsync(CancellationToken.None);
        var slow = (SlowToAnswer)(object)DispatchProxy.Create<IJobScheduler, SlowToAnswer>();
        slow.Inner = inner;
        await using var at = await HttpCoordinator.StartAsync(
            build: builder => builder.Services.AddPyremto().UseRemoteScheduler("UseSlow()", _ => (IJobScheduler)(object)slow));
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

    /// <summary>Gives work, and answers only when the caller is gone.</summary>
    public class SlowToAnswer : DispatchProxy
    {
        internal IJobScheduler Inner { get; set; } = null!;

        internal TaskCompletionSource Given { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IJobScheduler.ExchangeAsync)
                ? new ValueTask<ExchangeAnswer>(ExchangeAsync((ExchangeRequest)args![0]!, (CancellationToken)args[1]!))
                : targetMethod.Invoke(Inner, args);

        private async Task<ExchangeAnswer> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
        {
            var answer = await Inner.ExchangeAsync(request, CancellationToken.None);
            if (answer.HasJob)
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
