using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <content>Exchanges as metrics, traces and the log see them; where none of these wants anything they cost nothing.</content>
internal sealed partial class JobScheduler
{
    private async ValueTask<ExchangeAnswer> TracedAsync(
        SchedulerInstruments instruments, ExchangeRequest request, CancellationToken cancellationToken)
    {
        using var activity = instruments.Trace(request);
        try
        {
            var answer = await AnswerAsync(request, cancellationToken).ConfigureAwait(false);
            ExchangeTrace.Note(activity, answer);
            return answer;
        }
        catch (Exception error)
        {
            ExchangeTrace.Note(activity, error);
            throw;
        }
    }

    private async ValueTask<ExchangeAnswer> TimedAsync(
        SchedulerInstruments instruments, IReadOnlyList<TagRecord> tags, ExchangeRequest request)
    {
        var start = _time.GetTimestamp();
        try
        {
            return await _store.ExchangeAsync(tags, request, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            instruments.StoreTook(_time.GetElapsedTime(start));
        }
    }

    private ValueTask<ExchangeAnswer> StoreAsync(IReadOnlyList<TagRecord> tags, ExchangeRequest request) =>
        _instruments is { TimesTheStore: true } instruments
            ? TimedAsync(instruments, tags, request)
            : _store.ExchangeAsync(tags, request, CancellationToken.None);

    private void Observe(ExchangeRequest request, ExchangeAnswer answer)
    {
        if (_instruments is { CountsAnswers: true } instruments)
            instruments.Answered(request, answer);
        if (answer.Jobs.Count > 0 && _logger.IsEnabled(LogLevel.Debug))
        {
            foreach (var job in answer.Jobs)
                LogGiven(_logger, job.Tag, job.JobId, job.Attempt, request.Worker ?? "an anonymous worker");
        }
    }
}
