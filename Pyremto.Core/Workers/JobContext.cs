namespace Pyremto;

/// <summary>Which job a handler runs. A test makes one with <c>new JobContext { JobId = 3 }</c>.</summary>
public sealed class JobContext
{
    /// <summary>The tag that the job belongs to.</summary>
    /// <value>The default is empty.</value>
    public string Tag { get; init; } = "";

    /// <summary>The job, from 0.</summary>
    public int JobId { get; init; }

    /// <summary>The number of this hand-out: 1, 2 …, never reused for the same job.</summary>
    /// <value>The default is 1.</value>
    public int Attempt { get; init; } = 1;

    /// <summary>Which repetition of its description it is, from 0 (S18): a seed for a stochastic computation.</summary>
    public int Repetition { get; init; }

    /// <summary>
    /// Which of the worker's slots runs it, from 0 to <see cref="WorkerOptions.Concurrency"/> − 1. No two jobs that a worker runs at the same
    /// time share one: so it can choose a GPU, a port or a directory.
    /// </summary>
    public int Slot { get; init; }

    /// <summary>The id of the worker that runs it.</summary>
    /// <value>The default is empty.</value>
    public string Worker { get; init; } = "";

    /// <summary>The description as the text that was set up, with all that the handler's type leaves out (S13).</summary>
    public JsonText Description { get; init; }

    /// <summary>The services of the job's own scope, for handlers that are lambdas.</summary>
    /// <value>The default knows no service.</value>
    public IServiceProvider Services { get; init; } = NoServices.Instance;

    /// <summary>The tag, job and attempt.</summary>
    public override string ToString() => $"job {JobId} of {Tag}, attempt {Attempt}";

    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
