using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pyremto.Cli.Programs;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Working;

/// <summary>Puts a worker that runs a program into a host.</summary>
internal static class ProgramWorker
{
    /// <summary>The worker's name, in its ids and in the log.</summary>
    public const string Name = "work";

    /// <summary>What the worker waits for beyond the program's own grace: for the kill to take effect, and for the result to be
    /// read.</summary>
    private static readonly TimeSpan AfterGrace = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Adds the worker. When the host stops, its programs are told at once and have their grace; a result that they bring in it counts.
    /// </summary>
    /// <param name="builder">The host's.</param>
    /// <param name="settings">How the program is run.</param>
    /// <param name="maxFailures">How many failed jobs, none having succeeded, stop the worker; 0 for never.</param>
    /// <param name="configure">Says what to work for, and the rest.</param>
    /// <typeparam name="THandler">What runs the program: <see cref="ProgramHandler"/>, or something around it.</typeparam>
    public static void AddProgramWorker<THandler>(
        this IPyremtoBuilder builder, ProgramSettings settings, int maxFailures, Action<WorkerOptions> configure)
        where THandler : class, IJobHandler
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services => new ProgramHandler(
            settings, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ProgramHandler>>()));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.Grace + (2 * AfterGrace));
        builder.AddWorker<THandler>(
            worker =>
            {
                worker.Concurrency = settings.Concurrency;
                worker.EndAfterFailures = maxFailures;
                worker.HandlerGrace = settings.Grace + AfterGrace;
                worker.FinishWithin = TimeSpan.Zero;
                configure(worker);
            },
            Name);
    }

    /// <summary>The handler of a host that was built, made now: so that a missing program is told before any job is asked for.</summary>
    /// <exception cref="CommandException">The program is not there or cannot be run.</exception>
    public static ProgramHandler GetProgram(this IServiceProvider services)
    {
        try
        {
            return services.GetRequiredService<ProgramHandler>();
        }
        catch (ProgramLineException error)
        {
            throw CommandException.WrongUse(error.Message, error);
        }
    }
}
