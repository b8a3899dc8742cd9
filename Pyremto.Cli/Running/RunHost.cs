using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;
using Pyremto.Cli.Working;

namespace Pyremto.Cli.Running;

/// <summary>The coordinator and the worker of a run, in one host without a port.</summary>
internal static class RunHost
{
    /// <summary>The most jobs of a run.</summary>
    public const int MostJobs = 100_000_000;

    private const long MostDescriptionBytes = 1L << 40;

    /// <summary>Builds it; nothing is opened yet.</summary>
    public static IHost Build(
        RunSettings settings,
        RunJobs jobs,
        RunFailures failures,
        TaskCompletionSource<WorkerEnd> ended,
        CommandOutput output,
        CancellationToken enough)
    {
        var builder = CommandHost.CreateBuilder(output);
        if (!output.IsVerbose)
            builder.Logging.AddFilter("Pyremto.Worker", LogLevel.None); // what fails, and why the worker stops, is told in the run's own way
        var pyremto = builder.Services.AddPyremto(options =>
        {
            options.MaxDescriptionBytes = MostDescriptionBytes;
            options.MaxJobs = MostJobs;
            options.MaxResultBytes = settings.Program.MaxResultBytes;
            options.Retention = null;
        });
        pyremto.UseSqlite(settings.State.Path);
        builder.Services.AddSingleton(failures);
        builder.Services.AddSingleton(services => new RunStage(settings, jobs, output, services));
        builder.Services.AddSingleton<IHostedService>(static services => services.GetRequiredService<RunStage>());
        builder.Services.AddSingleton<RunHandler>();
        pyremto.AddProgramWorker<RunHandler>(settings.Program, settings.MaxFailures, worker =>
        {
            worker.WhenNothingLeft = WhenNothingLeft.EndWorker;
            worker.MaxFailuresInARow = null; // there is nobody to leave the jobs to
        });
        builder.Services.AddOptions<WorkerOptions>(ProgramWorker.Name).Configure<RunStage>((worker, stage) =>
        {
            worker.Tag = stage.Tag;
            worker.Ended = end => ended.TrySetResult(end);
            if (stage.HasResults)
                worker.EndAfterFailures = null; // the program works
            worker.AskNoMoreWhen(stage.NothingToRun.IsCancellationRequested ? stage.NothingToRun : enough);
        });
        return builder.Build();
    }

    /// <summary>Opens the state, plans, and starts the worker.</summary>
    /// <exception cref="CommandException">Another run has the state, or it cannot be opened.</exception>
    public static async Task StartAsync(IHost host, StateFile state, CancellationToken cancellationToken)
    {
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (StoreUnavailableException error) when (error.InnerException is IOException && !DiskFull.Is(error))
        {
            throw CommandException.WrongUse(
                $"Another run of these jobs is under way. {error.Message.Split(". ", 2)[0]}. Wait for its end or stop it, or give this one a file of its own with --state.",
                error);
        }
        catch (StoreUnavailableException error) when (!DiskFull.Is(error))
        {
            throw CommandException.WrongUse($"{error.Message} (--state FILE names another file.)", error);
        }
    }
}
