using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Durability;

namespace Pyremto.Tests.Simulation;

/// <summary>
/// The coordinator over all its processes, one after the other: the real scheduler, long poll, lease timer, store and ledger, over the
/// simulated disk. It is killed before, during and after commits, and started again.
/// </summary>
internal sealed class SimulatedCoordinator(World world, History history, SimulatedDisk disk, Faults faults)
{
    private JobScheduler? _scheduler;
    private SimulatedExecutor? _executor;
    private SleepingCallers? _sleeping;
    private TimeSpan _hinderedUntil;
    private FaultyJournal? _journal;

    /// <summary>Called when a new process is up.</summary>
    public Action? Started { get; set; }

    /// <summary>Null before the first start.</summary>
    public SimulatedProcess? Process { get; private set; }

    public SimulatedPipeServer Pipes { get; private set; } = null!;

    public SimulatedHttpServer Http { get; private set; } = null!;

    public IJobScheduler Scheduler => _scheduler!;

    /// <summary>Until when something kept it from doing what is due: it was dead or stood still, its disk was slow or failed.</summary>
    public TimeSpan HinderedUntil =>
        _hinderedUntil = Process is { IsAlive: true, IsStopped: false } && _executor!.IsIdle && IsSound ? _hinderedUntil : world.Now;

    /// <summary>Whether no commit fails now; what was kept by one that did all the same is known with the next one.</summary>
    private bool IsSound => _executor!.IsRestored && _journal!.Fault == CommitFault.None;

    public void Start()
    {
        var process = new SimulatedProcess(world, "coordinator");
        var watched = new WatchedJournal(disk.OpenJournal(), history, world);
        var journal = new FaultyJournal(watched);
        var executor = new SimulatedExecutor(process, journal, watched.Decides, () => Draw(process, journal), Committed);
        Process = process;
        _journal = journal;
        _hinderedUntil = world.Now;
        Pipes = new SimulatedPipeServer(this, process);
        Http = new SimulatedHttpServer(this);
        _executor = executor;
        _sleeping = new SleepingCallers(world, history);
        _scheduler = new JobScheduler(
            new JournaledJobStore(new ToldExecutor(executor, Pipes)), new PyremtoOptions(), new ProcessClock(process), world.Source(),
            NullLogger<JobScheduler>.Instance, waiters: new TagWaiters(TaskCreationOptions.None));
        world.Note("coordinator starts");
        process.Killed += () => world.After(world.Seconds(0.05, world.Chance(0.3) ? 20 : 2), Start);
        world.Watch(_scheduler.StartAsync(CancellationToken.None).AsTask());
        history.ProcessEnded();
        LookAtAll();
        Started?.Invoke();
    }

    /// <summary>Asks the scheduler for someone; what goes wrong is in the reply.</summary>
    public async Task<Reply> ServeAsync(Question question, CancellationToken cancellationToken)
    {
        var (process, sleeping) = (Process, _sleeping!);
        if (question.Exchange is { } request)
            sleeping.Begins(request);
        try
        {
            return new Reply(await question.AskAsync(Scheduler, cancellationToken), null);
        }
        catch (Exception error)
        {
            if (process!.IsAlive && error is not (PyremtoException or OperationCanceledException))
                world.Violate($"unforeseen: {error}");
            return new Reply(null, error);
        }
        finally
        {
            if (question.Exchange is { } ended)
                sleeping.Ends(ended);
        }
    }

    /// <summary>A reply leaves this process.</summary>
    public void Told(Question question, Reply reply)
    {
        if (Process is not { IsAlive: true })
            return;
        world.Note($"{question.Name} <- {reply}");
        if (question.Exchange is { } request && reply.Answer is ExchangeAnswer answer)
            history.Told(request, answer);
    }

    /// <summary>Compares what the coordinator shows with what became durable, if it is up and at rest.</summary>
    public void LookAtAll()
    {
        if (Process is { IsAlive: true, IsStopped: false } && _executor!.IsIdle && IsSound)
            _executor.Immediately(new Look(world, history, Scheduler).AtAll);
    }

    private void Draw(SimulatedProcess process, FaultyJournal journal)
    {
        if (world.Fault(faults.CommitFails))
            journal.Fault = world.OneOf(CommitFault.BeforeKeeping, CommitFault.AfterKeeping);
        if (!world.Fault(faults.CoordinatorDies))
            return;
        if (world.Chance(0.5))
            process.KillAfter(1 + world.Below(3)); // after the commit: before its answers leave, or between them
        else
            process.Kill();
        if (!process.IsAlive && world.Chance(0.5))
            journal.Fault = CommitFault.BeforeKeeping;
    }

    private void Committed()
    {
        if (Process!.IsAlive && _executor!.IsIdle && IsSound)
            _sleeping!.Check();
    }
}
