namespace Pyremto.Tests.Support;

/// <summary>
/// Real time for tests that are about rules and not about time limits: pauses are as short as they are, but a limit of a second or more is
/// twenty times as long, which a busy machine does not exceed.
/// </summary>
internal sealed class PatientTime : TimeProvider
{
    private static readonly TimeSpan ShortestLimit = TimeSpan.FromSeconds(1);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime < ShortestLimit ? dueTime : 20 * dueTime, period);
}
