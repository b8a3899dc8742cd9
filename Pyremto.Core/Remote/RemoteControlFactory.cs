namespace Pyremto;

/// <summary>
/// Opens tags of the host's scheduler, with the host's clock and source of randomness: <c>AddPyremto()</c> registers one, to be injected.
/// Thread-safe.
/// </summary>
/// <param name="scheduler">The scheduler, here or elsewhere; it has to outlive what is opened.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Where ids and jitter come from.</param>
public sealed class RemoteControlFactory(IJobScheduler scheduler, TimeProvider time, IRandomSource random)
{
    /// <summary>Opens a tag, as <see cref="RemoteControl.OpenAsync"/> does. A clock or source of randomness in the options goes before
    /// the host's.</summary>
    /// <inheritdoc cref="RemoteControl.OpenAsync"/>
    /// <param name="options">Which tag, and how; null for a new tag with a made-up name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<RemoteControl> OpenAsync(RemoteControlOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new RemoteControlOptions();
        return RemoteControl.OpenAsync(
            scheduler,
            options with
            {
                TimeProvider = options.TimeProvider == TimeProvider.System ? time : options.TimeProvider,
                RandomSource = options.RandomSource ?? random,
            },
            cancellationToken);
    }
}
