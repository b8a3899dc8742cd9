using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>A coordinator in memory that listens on a pipe of its own, and its clients.</summary>
internal sealed class PipeCoordinator : IAsyncDisposable
{
    /// <summary>How long a test waits for what has to happen, in real time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<NamedPipeScheduler> _clients = [];
    private readonly NamedPipeServerOptions _options = new();
    private readonly IJobScheduler _exposed;
    private readonly TimeProvider _pipeTime;
    private int _seed;

    private PipeCoordinator(Action<NamedPipeServerOptions>? configure, TimeProvider pipeTime, Func<IJobScheduler, IJobScheduler>? wrap)
    {
        configure?.Invoke(_options);
        _pipeTime = pipeTime;
        Scheduler = new JobScheduler(
            JournaledJobStore.InMemory(TimeProvider.System), new PyremtoOptions { MaxDescriptionBytes = 256 << 20 }, TimeProvider.System,
            new SeededRandom(1), NullLogger<JobScheduler>.Instance);
        _exposed = wrap?.Invoke(Scheduler) ?? Scheduler;
        Server = NewServer();
    }

    public string Name { get; } = PipeNames.New();

    public RecordingLogger Log { get; } = new();

    public JobScheduler Scheduler { get; }

    public NamedPipeServer Server { get; private set; }

    public static TagAccess Tag { get; } = new("tag");

    /// <param name="configure">The bounds of the pipe.</param>
    /// <param name="pipeTime">The clock of the pipe alone; null for the real one.</param>
    /// <param name="wrap">What stands between the pipe and the scheduler.</param>
    public static async Task<PipeCoordinator> StartAsync(
        Action<NamedPipeServerOptions>? configure = null, TimeProvider? pipeTime = null, Func<IJobScheduler, IJobScheduler>? wrap = null)
    {
        var coordinator = new PipeCoordinator(configure, pipeTime ?? TimeProvider.System, wrap);
        await coordinator.Scheduler.StartAsync(CancellationToken.None);
        await coordinator.Server.StartAsync(CancellationToken.None);
        return coordinator;
    }

    /// <summary>Ends the server and starts another on the same name, over the same scheduler.</summary>
    public async Task RestartServerAsync()
    {
        await Server.DisposeAsync();
        Server = NewServer();
        await Server.StartAsync(CancellationToken.None);
    }

    /// <summary>A client of ours; it is closed with the coordinator.</summary>
    /// <param name="name">Another pipe that leads here; null for its own.</param>
    /// <param name="reconnectFor">See <see cref="NamedPipeClientOptions.ReconnectFor"/>.</param>
    /// <param name="time">Its clock; null for the real one.</param>
    public NamedPipeScheduler Connect(string? name = null, TimeSpan? reconnectFor = null, TimeProvider? time = null)
    {
        var options = new NamedPipeClientOptions();
        options.ReconnectFor = reconnectFor ?? options.ReconnectFor;
        var client = new NamedPipeScheduler(name ?? Name, options, time ?? TimeProvider.System, new SeededRandom(1000 + ++_seed), Log);
        _clients.Add(client);
        return client;
    }

    /// <summary>Creates <see cref="Tag"/> with that many jobs.</summary>
    public async Task SetUpAsync(int jobs = 1, int n = 1, RedistributionPolicy policy = RedistributionPolicy.WhenLost)
    {
        await Scheduler.CreateTagAsync(new CreateTag { Tag = Tag.Tag }, CancellationToken.None);
        await Scheduler.SetUpJobsAsync(Tag, Make.SetUp(jobs, n, policy), CancellationToken.None);
    }

    public async Task<JobCounts> CountsAsync()
    {
        var progress = await Scheduler.GetProgressAsync(Tag, CancellationToken.None);
        return new JobCounts(progress.Waiting, progress.InProgress, progress.Done, progress.Exhausted, progress.Cancelled);
    }

    /// <summary>All attempts there ever were at a job.</summary>
    public async Task<JobInfo> JobAsync(int job) =>
        (await Scheduler.GetJobsAsync(Tag, new JobQuery { After = job - 1, Limit = 1 }, CancellationToken.None)).Jobs[0];

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync().AsTask().WaitAsync(Patience);
        await Server.DisposeAsync().AsTask().WaitAsync(Patience);
        await Scheduler.DisposeAsync().AsTask().WaitAsync(Patience);
    }

    private NamedPipeServer NewServer() => new(Name, _options, _exposed, _pipeTime, new SeededRandom(2), Log);
}
