namespace Pyremto.Tests.Simulation;

/// <summary>The owner of a tag: sets it up, steers it at random moments, deletes it and makes it anew, and lets it run at last.</summary>
internal sealed class SimulatedOwner
{
    private static readonly TimeSpan[] Leases = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60)];

    private static readonly TimeSpan[] RetryDelays = [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    private readonly World _world;
    private readonly Faults _faults;
    private readonly SimulatedProcess _process;
    private readonly ILink _link;
    private readonly IRandomSource _random;
    private readonly TagAccess _tag;
    private bool _hasSetUp;

    public SimulatedOwner(World world, SimulatedCoordinator coordinator, Faults faults, string tag)
    {
        (_world, _faults, _random, _tag) = (world, faults, world.Source(), new TagAccess(tag));
        _process = new SimulatedProcess(world, $"owner of {tag}");
        _link = new SimulatedPipeClient(_process, coordinator, _random, static _ => { });
        _process.After(world.Seconds(0, 3), Create);
        _process.After(faults.Steering, LetRun);
    }

    /// <summary>Whether it wants nothing any more but that the jobs are done.</summary>
    public bool LetsRun { get; private set; }

    /// <summary>Ends a pause that it may have left behind.</summary>
    private void LetRun()
    {
        if (!_hasSetUp)
            _process.After(TimeSpan.FromSeconds(1), LetRun);
        else
            Until("resume", (scheduler, token) => scheduler.ResumeAsync(_tag, token), () =>
            {
                LetsRun = true;
                if (_faults.Batches > 0)
                    GiveUpSilent();
            });
    }

    /// <summary>Nobody but the owner can tell that an anonymous worker is gone (S12).</summary>
    private void GiveUpSilent() => _process.After(TimeSpan.FromSeconds(30), () => Until(
        "retry", async (scheduler, token) => await scheduler.RetryAsync(_tag, null, TimeSpan.FromSeconds(60), cancelled: false, token), GiveUpSilent));

    private void Create()
    {
        var creation = new CreateTag { Tag = _tag.Tag, RequestId = _random.NextWord(12) };
        var setup = new JobSetup
        {
            Jobs = [.. Enumerable.Range(0, _faults.Jobs).Select(i => JsonText.Parse($$"""{"x":{{i}}}"""))],
            MaxRedistributionAttempts = 1 + _world.Below(3),
            Lease = _world.OneOf(Leases),
            RetryDelay = _world.OneOf(RetryDelays),
            Policy = _world.OneOf(Enum.GetValues<RedistributionPolicy>()),
            RequestId = _random.NextWord(12),
        };
        Until(
            "create", async (scheduler, token) => await scheduler.CreateTagAsync(creation, token),
            () => PauseOrNot(() => _process.After(_world.Seconds(0, 2), () => Until(
                "set up", async (scheduler, token) => await scheduler.SetUpJobsAsync(_tag, setup, token),
                () =>
                {
                    _hasSetUp = true;
                    PlanVerb();
                }))));
    }

    /// <summary>Some owners pause a tag before they set it up (S19).</summary>
    private void PauseOrNot(Action then)
    {
        if (_world.Chance(0.2))
            Until("pause", (scheduler, token) => scheduler.PauseAsync(_tag, token), then);
        else
            then();
    }

    private void PlanVerb() => _process.After(_faults.BetweenVerbs * (2 * _world.Seconds(0, 1).TotalSeconds), () =>
    {
        if (_world.Now < _faults.Steering)
            Steer();
    });

    private void Steer()
    {
        switch (_world.Below(13))
        {
            case 0 or 1:
                Once("pause", (scheduler, token) => scheduler.PauseAsync(_tag, token));
                break;
            case 2 or 3 or 4:
                Once("resume", (scheduler, token) => scheduler.ResumeAsync(_tag, token));
                break;
            case 5:
                int[] some = [_world.Below(_faults.Jobs), _world.Below(_faults.Jobs)];
                Once("cancel", async (scheduler, token) => await scheduler.CancelAsync(_tag, some, token));
                break;
            case 6 or 7:
                var silence = _world.OneOf<TimeSpan?>(null, TimeSpan.Zero, TimeSpan.FromSeconds(10));
                Once("retry", async (scheduler, token) => await scheduler.RetryAsync(_tag, null, silence, cancelled: _world.Below(2) == 0, token));
                break;
            case 8 or 9 or 10:
                var update = new TagUpdate
                {
                    MaxRedistributionAttempts = _world.OneOf<int?>(null, 1, 2, 4),
                    Lease = _world.OneOf<TimeSpan?>(null, Leases[0], Leases[1]),
                    RetryDelay = _world.OneOf<TimeSpan?>(null, RetryDelays[0], RetryDelays[^1]),
                    Policy = _world.OneOf<RedistributionPolicy?>(null, RedistributionPolicy.WhenIdle, RedistributionPolicy.WhenLost),
                };
                Once("update", (scheduler, token) => scheduler.UpdateTagAsync(_tag, update, token));
                break;
            case 11:
                Once("rotate", async (scheduler, token) => await scheduler.RotateViewTokensAsync(_tag, token));
                break;
            default:
                _hasSetUp = false;
                Delete();
                break;
        }
    }

    /// <summary>Deletes the tag; whether a call took effect whose answer was lost, the next one tells.</summary>
    private void Delete() => Ask("delete", isRepeatable: false, (scheduler, token) => scheduler.DeleteTagAsync(_tag, token), error =>
    {
        if (error is null or TagUnknownException)
            Create();
        else
            _process.After(TimeSpan.FromSeconds(1), Delete);
    });

    /// <summary>Once, whatever comes of it.</summary>
    private void Once(string name, Func<IJobScheduler, CancellationToken, ValueTask> ask) =>
        Ask(name, isRepeatable: false, ask, _ => PlanVerb());

    /// <summary>Again and again until it was done; only that nobody answers may hinder it (S1).</summary>
    private void Until(string name, Func<IJobScheduler, CancellationToken, ValueTask> ask, Action done)
    {
        Ask(name, isRepeatable: true, ask, error =>
        {
            if (error is null)
                done();
            else if (error is CoordinatorUnreachableException or StoreUnavailableException)
                _process.After(_world.Seconds(0.1, 1), () => Until(name, ask, done));
            else
                _world.Violate($"S1: {name} {_tag.Tag}: {error.Message}");
        });
    }

    private void Ask(string name, bool isRepeatable, Func<IJobScheduler, CancellationToken, ValueTask> ask, Action<Exception?> done)
    {
        _world.Note($"owner: {name} {_tag.Tag}");
        _link.Ask(Question.Verb($"{name} {_tag.Tag}", isRepeatable, ask), reply => done(reply.Error));
    }
}
