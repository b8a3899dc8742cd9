namespace Pyremto.Tests.Support;

/// <summary>A scheduler over a store, as a caller at the far side of a transport (or in the same process) sees it.</summary>
internal interface ISchedulerHarness : IAsyncDisposable
{
    FakeTimeProvider Time { get; }

    /// <summary>The scheduler as callers see it; another after <see cref="RestartAsync"/>.</summary>
    IJobScheduler Scheduler { get; }

    /// <summary>The same as it is in the coordinator's own process.</summary>
    IJobScheduler Coordinator { get; }

    /// <summary>The store behind it.</summary>
    CountingStore Store { get; }

    /// <summary>Whether callers are in the coordinator's own process, and may therefore serve tags by prefix (S20).</summary>
    bool IsInProcess { get; }

    Task StartAsync(PyremtoOptions options);

    /// <summary>The coordinator ends and another one opens the same data; for durable stores.</summary>
    Task RestartAsync();
}
