using System.Diagnostics;

namespace Pyremto;

/// <summary>What the trace of an exchange tells, at the worker that asks and at the coordinator that answers.</summary>
internal static class ExchangeTrace
{
    /// <summary>Starts it; null if nobody wants it.</summary>
    public static Activity? Start(
        ActivitySource activities, string name, ActivityKind kind, ExchangeRequest request, IEnumerable<ActivityLink>? links = null)
    {
        var activity = activities.StartActivity(name, kind, parentContext: default, links: links);
        if (activity is not { IsAllDataRequested: true })
            return activity;
        return activity
            .SetTag("pyremto.tag", request.Tags.Count == 1 ? request.Tags[0].Tag : null)
            .SetTag("pyremto.tag_prefix", request.TagPrefix)
            .SetTag("pyremto.worker", request.Worker)
            .SetTag("pyremto.wait", request.Wait.TotalSeconds)
            .SetTag("pyremto.done", request.Done.Count)
            .SetTag("pyremto.failed", request.Failed.Count)
            .SetTag("pyremto.released", request.Released.Count);
    }

    /// <summary>Notes what was answered.</summary>
    public static void Note(Activity? activity, ExchangeAnswer answer)
    {
        if (activity is not { IsAllDataRequested: true })
            return;
        activity.SetTag("pyremto.state", Name(answer.State)).SetTag("pyremto.hand_outs", answer.Jobs.Count);
        if (answer.Jobs.Count > 0)
            activity.SetTag("pyremto.tag", answer.Jobs[0].Tag);
        if (answer.Jobs.Count == 1)
            activity.SetTag("pyremto.job_id", answer.Jobs[0].JobId).SetTag("pyremto.attempt", answer.Jobs[0].Attempt);
    }

    /// <summary>Notes that there was no answer; that a caller gave up is no error.</summary>
    public static void Note(Activity? activity, Exception error)
    {
        if (error is OperationCanceledException)
            return;
        activity?.SetStatus(ActivityStatusCode.Error, error.Message)
            .SetTag("error.type", error is PyremtoException known ? known.Code : error.GetType().Name);
    }

    private static string Name(NextState state) => state switch
    {
        NextState.Job => "job",
        NextState.Wait => "wait",
        NextState.Drained => "drained",
        NextState.Done => "done",
        NextState.NotSetUp => "not_set_up",
        _ => "paused",
    };
}
