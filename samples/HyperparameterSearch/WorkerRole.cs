using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pyremto;

namespace HyperparameterSearch;

/// <summary>A process that the coordinator started: it does jobs until none is left, or until the coordinator ends.</summary>
internal static class WorkerRole
{
    /// <summary>How long a job that runs may go on when the process is to end.</summary>
    private static readonly TimeSpan FinishWithin = TimeSpan.FromSeconds(3);

    /// <summary>Works to the end; answers the exit code, 0 if there is no reason to start it again.</summary>
    public static async Task<int> RunAsync(SearchOptions options, string pipe)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = FinishWithin);
        builder.Services.AddSingleton<IHostLifetime, CoordinatorLifetime>();
        builder.Services.AddSingleton(Diabetes.Load());

        var reason = WorkerEndReason.HostStopped;
        builder.Services.AddPyremto()
            .UseNamedPipe(pipe)
            .AddWorker<ScoreHyperparameters>(worker =>
            {
                options.Configure(worker);
                worker.WhenNothingLeft = WhenNothingLeft.StopHost;
                worker.Ended = end => reason = end.Reason;
            });
        using var host = builder.Build();
        await host.RunAsync();
        return reason is WorkerEndReason.NothingLeft or WorkerEndReason.HostStopped ? 0 : 1;
    }

    /// <summary>
    /// Ends the process with its coordinator, which holds the other end of the standard input: it closes when the coordinator wants so,
    /// and when it dies. Ctrl-C reaches all processes of a terminal; the coordinator alone decides what follows.
    /// </summary>
    private sealed class CoordinatorLifetime(IHostApplicationLifetime application) : IHostLifetime, IDisposable
    {
        private readonly PosixSignalRegistration _ctrlC = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);

        public Task WaitForStartAsync(CancellationToken cancellationToken)
        {
            _ = Task.Run(WatchAsync, CancellationToken.None);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => _ctrlC.Dispose();

        private async Task WatchAsync()
        {
            await using var input = Console.OpenStandardInput();
            await input.CopyToAsync(Stream.Null);
            application.StopApplication();
        }
    }
}
