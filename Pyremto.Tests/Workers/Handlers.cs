using System.Text.Json.Serialization;

namespace Pyremto.Tests.Workers;

internal sealed record Params(double Alpha, int BatchSize = 8);

internal sealed record Score(double MeanError, int Seen);

[JsonSerializable(typeof(Params))]
[JsonSerializable(typeof(Score))]
internal sealed partial class HandlerTypes : JsonSerializerContext;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Params))]
[JsonSerializable(typeof(Score))]
internal sealed partial class CamelCaseTypes : JsonSerializerContext;

internal sealed class Doubling : IJobHandler<Params, Score>
{
    public Task<Score> RunAsync(Params job, JobContext context, CancellationToken cancellationToken) =>
        Task.FromResult(new Score(job.Alpha * 2, job.BatchSize));
}

/// <summary>What handlers of a test tell it, and what it tells them.</summary>
internal sealed class Stage
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Started => _started.Task.WaitAsync(ScriptedScheduler.Patience);

    public Task Cancelled => _cancelled.Task.WaitAsync(ScriptedScheduler.Patience);

    public void LetEnd() => _mayEnd.TrySetResult();

    /// <summary>Runs until it is let end or cancelled.</summary>
    public async Task<JsonText> ObedientAsync(JsonText job, JobContext context, CancellationToken cancellationToken)
    {
        _started.TrySetResult();
        try
        {
            await _mayEnd.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _cancelled.TrySetResult();
            throw;
        }
        return JsonText.Parse("{}");
    }

    /// <summary>Runs until it is let end, whatever its token says.</summary>
    public async Task<JsonText> DeafAsync(JsonText job, JobContext context, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(() => _cancelled.TrySetResult());
        _started.TrySetResult();
        await _mayEnd.Task;
        return JsonText.Parse("{}");
    }
}
