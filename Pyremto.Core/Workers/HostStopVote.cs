using Microsoft.Extensions.Hosting;

namespace Pyremto;

/// <summary>Stops the host once the last of the workers that ask for it has ended. Thread-safe.</summary>
internal sealed class HostStopVote(IHostApplicationLifetime? lifetime = null)
{
    private int _running;

    public void Join() => Interlocked.Increment(ref _running);

    public void Leave()
    {
        if (Interlocked.Decrement(ref _running) == 0)
            lifetime?.StopApplication();
    }
}
