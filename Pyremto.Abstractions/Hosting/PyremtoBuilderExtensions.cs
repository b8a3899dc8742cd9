using Microsoft.Extensions.DependencyInjection;

namespace Pyremto;

/// <summary>For those who write a store or a transport: how it becomes the one of a host.</summary>
public static class PyremtoBuilderExtensions
{
    /// <summary>Lets the host run a scheduler of its own over a store.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="call">The call of the builder, with its arguments but without secrets.</param>
    /// <param name="create">Makes the store. Called once; the scheduler owns what it returns.</param>
    public static IPyremtoBuilder UseStore(this IPyremtoBuilder builder, string call, Func<IServiceProvider, IJobStore> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(SchedulerSource.OfStore(call, create));
        return builder;
    }

    /// <summary>Lets the host use a coordinator elsewhere.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="call">The call of the builder, with its arguments but without secrets.</param>
    /// <param name="create">Makes the client. Called once; it is disposed with the host's services where it can be.</param>
    public static IPyremtoBuilder UseRemoteScheduler(
        this IPyremtoBuilder builder, string call, Func<IServiceProvider, IJobScheduler> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(SchedulerSource.OfCoordinator(call, create));
        return builder;
    }
}
