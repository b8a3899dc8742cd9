using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>A coordinator, and a client behind a pipe that breaks at chosen bytes.</summary>
public abstract class CutPipe : IAsyncLifetime
{
    private protected static TagAccess Tag => PipeCoordinator.Tag;

    /// <summary>The clock of the coordinator's pipe.</summary>
    private protected FakeTimeProvider PipeTime { get; } = new();

    private protected PipeCoordinator Coordinator { get; private set; } = null!;

    private protected PipeCutter Cutter { get; private set; } = null!;

    private protected NamedPipeScheduler Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Coordinator = await PipeCoordinator.StartAsync(pipeTime: PipeTime);
        Cutter = await PipeCutter.StartAsync(Coordinator.Name);
        Client = Coordinator.Connect(Cutter.Name);
    }

    public async Task DisposeAsync()
    {
        await Cutter.DisposeAsync();
        await Coordinator.DisposeAsync();
    }

    private protected ValueTask<ExchangeAnswer> AskAsync(string? worker, int count = 1, TimeSpan wait = default) =>
        Client.ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = worker, Count = count, Wait = wait }, default);

    private protected static Task<T> Patiently<T>(ValueTask<T> call) => call.AsTask().WaitAsync(PipeCoordinator.Patience);
}
