using Pyremto.Tests.ModelBased;

namespace Pyremto.Tests.Simulation;

/// <summary>
/// What has to have happened after some time, if nobody asks for it too: leases end (S10), workers learn that a job is not needed (S11), an
/// attempt that was spent begins (S8), and a result that was brought counts (S5). All but the first only while nothing goes wrong.
/// </summary>
internal sealed class Promises(World world, History history, SimulatedCoordinator coordinator)
{
    /// <summary>How late a lease may be noticed to have ended: the second after which a failed commit is tried again, and the
    /// disk.</summary>
    private static readonly TimeSpan NoticedWithin = TimeSpan.FromSeconds(3);

    /// <summary>For messages on their way, and whoever asks once more.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    public void Check(IEnumerable<SimulatedSlot> slots)
    {
        foreach (var tag in history.Tags.Where(tag => !tag.IsDeleted))
        {
            foreach (var handOut in tag.Jobs.SelectMany(job => job.HandOuts))
                Check(tag, handOut, tag.MomentsOf(handOut));
        }
        foreach (var slot in slots)
            CheckIsNeeded(slot);
    }

    private void Check(TagHistory tag, ModelHandOut handOut, Moments moments)
    {
        if (handOut is { IsLive: true, Worker: { } worker })
        {
            var from = World.Latest(tag.LastSign(worker), moments.HandedOut, history.LeasesSince);
            var hindered = coordinator.HinderedUntil;
            var jumped = world.LastJump is { Ticks: > 0 } jump ? World.Latest(jump + tag.LongestLease, hindered) + tag.LongestLease : TimeSpan.Zero;
            var mayHaveJumped = jumped > from ? jumped : TimeSpan.Zero; // where the clock may have slept, all leases begin anew once that is seen
            var end = World.Latest(from + moments.KnownLease, hindered, mayHaveJumped) + NoticedWithin;
            tag.Require(world.Now <= end, "S10", $"{handOut} is live, although its worker was silent since {from.TotalSeconds:0}");
        }
        if (moments.HandedOut >= world.QuietFrom && handOut.Cost > 0 && handOut.State is HandOutState.Live or HandOutState.Lost)
        {
            tag.Require(
                moments.HasBegun || world.Now <= moments.HandedOut + Slack, "S8",
                $"{handOut} was spent, and no handler began, although nothing went wrong");
        }
        if (moments.Brought is { } brought && brought >= world.QuietFrom)
        {
            tag.Require(
                !tag.Jobs[handOut.JobId].IsOpen || world.Now <= brought + Slack, "S5",
                $"{handOut} brought a result at {brought.TotalSeconds:0}, which does not count");
        }
    }

    private void CheckIsNeeded(SimulatedSlot slot)
    {
        if (slot.Uncancelled is not { } job || history.Of(job.Instance) is not { } tag || tag.NotNeededSince(job) is not { } since)
            return;
        var end = World.Latest(since, world.QuietFrom) + (job.Lease / 3) + Slack;
        tag.Require(world.Now <= end, "S11", $"{slot.Id} still runs job {job.JobId}, attempt {job.Attempt}, which is not needed since {since.TotalSeconds:0}");
    }
}
