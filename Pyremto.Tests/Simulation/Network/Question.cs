namespace Pyremto.Tests.Simulation;

/// <summary>What a process asks the coordinator.</summary>
/// <param name="Name">In words, for the trace.</param>
/// <param name="IsRepeatable">Whether it may take effect twice.</param>
/// <param name="AskAsync">Asks it.</param>
internal sealed record Question(
    string Name, bool IsRepeatable, Func<IJobScheduler, CancellationToken, ValueTask<object?>> AskAsync)
{
    /// <summary>The exchange that it is, if it is one.</summary>
    public ExchangeRequest? Exchange { get; init; }

    /// <summary>Whose question it is.</summary>
    public string? Worker { get; init; }

    public static Question Of(ExchangeRequest request) => new(
        $"{request.Worker} {request.RequestId}", request.Worker is not null,
        async (scheduler, token) => await scheduler.ExchangeAsync(request, token))
    {
        Exchange = request,
        Worker = request.Worker,
    };

    public static Question Of(Heartbeat beat) => new(
        $"heartbeat of {beat.Worker}", IsRepeatable: true, async (scheduler, token) => await scheduler.HeartbeatAsync(beat, token))
    {
        Worker = beat.Worker,
    };

    public static Question TagExists(string tag) => new(
        $"is there {tag}", IsRepeatable: true, async (scheduler, token) => await scheduler.TagExistsAsync(tag, token));

    /// <summary>What an owner asks and wants no answer of but that it was done.</summary>
    public static Question Verb(string name, bool isRepeatable, Func<IJobScheduler, CancellationToken, ValueTask> ask) =>
        new(name, isRepeatable, async (scheduler, token) =>
        {
            await ask(scheduler, token);
            return null;
        });

    /// <summary>The exchange as it is when it crosses a wire, which carries no word about processes.</summary>
    public Question OverAWire() => Exchange is { InProcess: true } request ? Of(request with { InProcess = false }) : this;

    /// <summary>What brings to light what this one may have been given; null where it cannot have been given anything (S8).</summary>
    public Question? AskAgain() => Exchange is { Worker: not null, Count: > 0 } request
        ? Of(request with { Wait = TimeSpan.Zero, Done = [], Failed = [], Released = [] })
        : null;

    /// <summary>Gives back what it was given.</summary>
    public Question Release(ExchangeAnswer answer) => Of(Exchange!.GivingBack(answer));
}

/// <summary>What came of a question.</summary>
internal readonly record struct Reply(object? Answer, Exception? Error)
{
    public ExchangeAnswer? Work => Answer is ExchangeAnswer { Jobs.Count: > 0 } answer ? answer : null;

    public static Reply GivenUp() => new(null, new OperationCanceledException());

    public override string ToString() => (Error, Answer) switch
    {
        ({ } error, _) => error.GetType().Name,
        (_, ExchangeAnswer answer) => string.Join(
            ", ", answer.Outcomes.Select(outcome => $"{outcome.JobId} {outcome.Outcome}")
                .Append($"{answer.State}").Concat(answer.Jobs.Select(job => $"{job.Tag}/{job.JobId}#{job.Attempt}"))),
        (_, HeartbeatAnswer beat) => $"{beat.NotNeeded.Count} not needed",
        _ => $"{Answer}",
    };
}

/// <summary>How a process reaches the coordinator.</summary>
internal interface ILink
{
    /// <summary>Asks; <paramref name="answered"/> is called once, in the process that asked. What is returned gives the question up.</summary>
    Action Ask(Question question, Action<Reply> answered);

    /// <summary>Breaks the connection that there is, if there is one, and lets no other one be made for a time.</summary>
    void Break(TimeSpan duration);

    /// <summary>The process ends in order.</summary>
    void Close();
}
