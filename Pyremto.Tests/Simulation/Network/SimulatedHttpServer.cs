namespace Pyremto.Tests.Simulation;

/// <summary>What the coordinator's HTTP side does around an exchange, as <c>WorkRoutes</c> does it.</summary>
internal sealed class SimulatedHttpServer(SimulatedCoordinator coordinator)
{
    private readonly WaitingCalls _waiting = new();

    public bool GiveUp(ExchangeRequest request) => _waiting.GiveUp(request.Worker, request.RequestId!, request.Tags);

    /// <summary>Null if nobody is there any more to be answered.</summary>
    public async Task<Reply?> AnswerAsync(Question question, CancellationToken aborted)
    {
        var reply = await AskAsync(question, aborted);
        if (aborted.IsCancellationRequested)
        {
            if (reply.Work is { } work)
                await coordinator.ServeAsync(question.Release(work), CancellationToken.None);
            return null;
        }
        coordinator.Told(question, reply);
        return reply;
    }

    private async Task<Reply> AskAsync(Question question, CancellationToken aborted)
    {
        if (question.Exchange is not { Wait.Ticks: > 0 } request)
            return await coordinator.ServeAsync(question, aborted);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        using var waiting = _waiting.Enter(request, gone);
        var reply = await coordinator.ServeAsync(question, gone.Token);
        return waiting.IsGivenUp && reply.Error is OperationCanceledException ? Reply.GivenUp() : reply;
    }
}
