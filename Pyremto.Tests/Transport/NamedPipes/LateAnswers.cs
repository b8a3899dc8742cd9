namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>Keeps the answer of the first exchange back until its caller has given it up, and gives it then all the same.</summary>
internal sealed class LateAnswers
{
    private readonly TaskCompletionSource<ExchangeAnswer> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isUsed;

    /// <summary>Completes when there is an answer, which is kept back.</summary>
    public Task<ExchangeAnswer> Answered => _answered.Task.WaitAsync(PipeCoordinator.Patience);

    public IJobScheduler Around(IJobScheduler inner) => InterceptedScheduler.Around(inner, ExchangeAsync);

    private async ValueTask<ExchangeAnswer> ExchangeAsync(IJobScheduler inner, ExchangeRequest request, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isUsed, 1) != 0)
            return await inner.ExchangeAsync(request, cancellationToken);
        var answer = await inner.ExchangeAsync(request, CancellationToken.None);
        var givenUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(givenUp.SetResult);
        _answered.SetResult(answer);
        await givenUp.Task;
        return answer;
    }
}
