namespace Pyremto.Tests.Support;

/// <summary>A store with its clock and its data, as one test uses it.</summary>
internal interface IStoreHarness : IAsyncDisposable
{
    FakeTimeProvider Time { get; }

    /// <summary>The store that is open now; another after <see cref="ReopenAsync"/>.</summary>
    IJobStore Store { get; }

    RecordingObserver Observer { get; }

    Task OpenAsync();

    /// <summary>Closes the store and opens the same data again; for durable stores.</summary>
    Task ReopenAsync();
}
