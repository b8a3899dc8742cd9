using Microsoft.Extensions.Hosting;

namespace Pyremto;

/// <summary>
/// Opens the scheduler before any hosted service starts, so that workers find it open, and closes it after the last has stopped, so
/// that their last reports are kept. Between, it lets old tags be deleted (S17).
/// </summary>
internal sealed partial class SchedulerHost(SchedulerParts parts, IServiceProvider services) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _sweep = Task.CompletedTask;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (parts.Own is { } own)
            await own.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (parts.Sweep is { } sweep)
            _sweep = SweepAsync(sweep);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _sweep.ConfigureAwait(false);
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (parts.Own is { } own)
            await own.DisposeAsync().ConfigureAwait(false);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    /// <summary>Sweeps until the host stops. What goes wrong unforeseen ends the sweep, not the host: keeping too much harms nobody.</summary>
    private async Task SweepAsync(RetentionSweep sweep)
    {
        try
        {
            await sweep.RunAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception error)
        {
            LogSweepEnded(SchedulerParts.Logger<SchedulerHost>(services), error);
        }
    }
}
