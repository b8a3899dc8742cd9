using System.Text.Json.Serialization.Metadata;

namespace Pyremto;

/// <summary>
/// What a worker does and how. Bound from the configuration section <c>Pyremto:Workers:NAME</c>, then set in code, validated when the
/// host starts. One of <see cref="Tag"/>, <see cref="Tags"/> and <see cref="TagPrefix"/> has to be given.
/// </summary>
public sealed class WorkerOptions
{
    /// <summary>The configuration section whose sub-sections are bound, one for each worker's name.</summary>
    public const string SectionName = "Pyremto:Workers";

    private readonly List<IWorkerObserver> _observers = [];
    private IJsonTypeInfoResolver? _json;
    private CancellationToken _askNoMore;

    /// <summary>The tag to work for. It need not exist yet.</summary>
    public string? Tag { get; set; }

    /// <summary>The password of <see cref="Tag"/>.</summary>
    /// <value>The default, <see langword="null"/>, is for a tag without one.</value>
    public string? Password { get; set; }

    /// <summary>Several tags to work for, each with its password, as one pool: 1 to 64 (S20).</summary>
    /// <value>The default is none.</value>
    public IList<TagAccess> Tags { get; set; } = [];

    /// <summary>
    /// Works for all tags whose name starts so, without their passwords; empty means all. Only in the coordinator's own process (S20).
    /// </summary>
    public string? TagPrefix { get; set; }

    /// <summary>How many jobs run at the same time.</summary>
    /// <value>The default is 1. From 1 to 1024.</value>
    public int Concurrency { get; set; } = 1;

    /// <summary>
    /// How long a job may run; then its handler's token fires and the attempt has failed. A handler that ignores its token for longer than
    /// <see cref="HandlerGrace"/> is left to itself.
    /// </summary>
    /// <value>The default, <see langword="null"/>, is as long as it takes. Else more than zero, at most 1000 days.</value>
    public TimeSpan? JobTimeout { get; set; }

    /// <summary>
    /// After how many failed jobs of a tag, none having succeeded in it, the worker sits that tag out, so that a broken machine does not
    /// eat the attempts of all jobs. Other tags go on. After some 5 seconds it tries one job of it; if that fails too, it waits twice as
    /// long, up to 5 minutes, and after a success it works as before and counts no more. Failures that are
    /// <see cref="JobFailedException.Final"/> are the job's fault and do not count, nor does a job that this worker has failed before.
    /// </summary>
    /// <value>The default is 10. <see langword="null"/> or 0 means never.</value>
    public int? MaxFailuresInARow { get; set; } = 10;

    /// <summary>
    /// After how many failed jobs, none having succeeded in any tag, the worker ends with <see cref="WorkerEndReason.RepeatedFailures"/>.
    /// They are counted as <see cref="MaxFailuresInARow"/> says.
    /// </summary>
    /// <value>The default, <see langword="null"/>, or 0 means never.</value>
    public int? EndAfterFailures { get; set; }

    /// <summary>
    /// Whether a failed attempt keeps the stack traces of its exception and of what caused it, beside types and messages: at most 16 KiB of
    /// text in all. The log, the observers and the trace of the run have the exception in any case.
    /// </summary>
    /// <value>
    /// The default is false: an attempt's error leaves the process and is shown to all who may read the tag, and a stack trace tells them
    /// of the program's inside and the paths of the machine that built it.
    /// </value>
    public bool ReportStackTraces { get; set; }

    /// <summary>
    /// The longest time between two tries where the coordinator's store does not answer; it starts with half a second and doubles. A
    /// coordinator that cannot be reached is tried each second at least, so that work goes on soon after it is back.
    /// </summary>
    /// <value>The default is 30 seconds. From 1 second to 1 hour.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What happens when there is nothing left to do.</summary>
    /// <value>The default is <see cref="WhenNothingLeft.KeepAsking"/>.</value>
    public WhenNothingLeft WhenNothingLeft { get; set; }

    /// <summary>How many jobs the worker runs before it ends, all of its slots together; it never takes more.</summary>
    /// <value>The default, <see langword="null"/>, is any number. Else at least 1.</value>
    public int? MaxJobs { get; set; }

    /// <summary>
    /// After how long without a job, in any of its slots, the worker ends, whatever it waits for: work, a tag that does not exist yet, or a
    /// coordinator that does not answer.
    /// </summary>
    /// <value>The default, <see langword="null"/>, is never. Else more than zero, at most 1000 days.</value>
    public TimeSpan? IdleTimeout { get; set; }

    /// <summary>
    /// How long a handler whose token has fired is waited for before it is left to itself. Where the host's stop fired it, a result that
    /// the handler returns in this time counts, and the job is given back if there is none.
    /// </summary>
    /// <value>
    /// The default, <see langword="null"/>, is 10 seconds, and 2 seconds when the host stops. From zero to 1 day; at a stop the last
    /// report has 3 more seconds, so give <c>HostOptions.ShutdownTimeout</c> no less than both.
    /// </value>
    public TimeSpan? HandlerGrace { get; set; }

    /// <summary>
    /// How long running jobs may go on when the host stops. Those that end report; the others are cancelled and given back (S9).
    /// </summary>
    /// <value>
    /// The default, <see langword="null"/>, is as long as the host allows (<c>HostOptions.ShutdownTimeout</c>); zero cancels at once. At
    /// most 1 day.
    /// </value>
    public TimeSpan? FinishWithin { get; set; }

    /// <summary>
    /// Is called once when the worker has ended, whatever the reason, on a thread of the pool: for whoever wants to know nothing but
    /// <see cref="IWorkerObserver.Ended"/>.
    /// </summary>
    public Action<WorkerEnd>? Ended { get; set; }

    /// <summary>The tags of <see cref="Tag"/> or <see cref="Tags"/>.</summary>
    internal IReadOnlyList<TagAccess> Accesses => Tag is null ? [.. Tags] : [new TagAccess(Tag, Password)];

    /// <summary>
    /// Brings the JSON metadata of the handler's types. Needed only in programs that are trimmed or compiled ahead of time, where it is
    /// not to be had by reflection; the overloads of <c>AddWorker</c> with metadata call it, and are free of trimming warnings. Names are
    /// written in snake_case, unless the context has a naming policy of its own; NaN and Infinity as null in any case (S13).
    /// </summary>
    /// <param name="metadata">A source-generated <c>JsonSerializerContext</c>, or several combined.</param>
    public void UseJson(IJsonTypeInfoResolver metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        _json = metadata;
    }

    /// <summary>
    /// Lets the worker ask for no more jobs from the moment that a token fires: those that run finish and are reported, then it ends with
    /// <see cref="WorkerEndReason.AskedNoMore"/>. The host and its other workers go on. The newest call counts.
    /// </summary>
    /// <param name="token">Fires at any time, on a timer or a signal; if it has fired already, the worker asks for nothing at all.</param>
    public void AskNoMoreWhen(CancellationToken token) => _askNoMore = token;

    /// <summary>Lets an observer be told what this worker does. Each call adds one; they are told one after the other.</summary>
    public void AddObserver(IWorkerObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        _observers.Add(observer);
    }

    /// <summary>What <see cref="UseJson"/> was given; no property, since the configuration binder would want to bind it.</summary>
    internal IJsonTypeInfoResolver? JsonMetadata() => _json;

    /// <summary>What <see cref="AskNoMoreWhen"/> was given; no property for the same reason.</summary>
    internal CancellationToken AskNoMore() => _askNoMore;

    /// <summary>What <see cref="AddObserver"/> was given, and <see cref="Ended"/> as one more.</summary>
    internal IReadOnlyList<IWorkerObserver> Observers() => Ended is null ? _observers : [.. _observers, new EndObserver(Ended)];

    private sealed class EndObserver(Action<WorkerEnd> ended) : IWorkerObserver
    {
        public void Ended(WorkerEnd end) => ended(end);
    }
}
