using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pyremto.Cli.Serving;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto serve</c>: a coordinator, until Ctrl-C or SIGTERM.</summary>
internal sealed class ServeCommand : Verb
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    private readonly ServeOptions _options = new();

    public ServeCommand()
        : base(
            "serve", "Runs a coordinator, which keeps jobs and hands them out",
            "pyremto serve", "pyremto serve --urls http://*:5080", "pyremto serve --pipe lab --store sqlite:jobs.db") =>
        _options.AddTo(this);

    public override async Task<int> RunAsync(VerbContext context)
    {
        var settings = _options.Read(context.Parsed);
        using var host = CoordinatorHost.Build(settings, context.Output);
        await StartAsync(host, context);
        await AnnounceAsync(host, settings, context);
        await host.WaitForShutdownAsync(context.Stopped);
        return ExitCode.Done;
    }

    private static async Task StartAsync(IHost host, VerbContext context)
    {
        try
        {
            host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout = StopWithin;
            await host.StartAsync(context.Stopped);
        }
        catch (OptionsValidationException error)
        {
            throw CommandException.WrongUse(string.Join(" ", error.Failures), error);
        }
        catch (StoreUnavailableException error) when (!DiskFull.Is(error))
        {
            throw CommandException.WrongUse(error.Message, error);
        }
        catch (IOException error) when (error.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw CommandException.WrongUse($"{error.Message.TrimEnd('.')}: another coordinator may run there already; choose another address with --urls.", error);
        }
        catch (IOException error) when (error.InnerException is SocketException or InvalidOperationException)
        {
            throw CommandException.WrongUse($"{error.Message} --urls names another address.", error);
        }
    }

    /// <summary>The key to show; null where the coordinator does not take it, which the log tells.</summary>
    private static string? KeyIn(string file)
    {
        try
        {
            return PrivateFile.Read(file)?.Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static async Task AnnounceAsync(IHost host, ServeSettings settings, VerbContext context)
    {
        Uri[] addresses = [.. host.Services.GetServices<IPyremtoHttpListener>()
            .SelectMany(static listener => listener.Addresses)
            .Select(static address => new Uri(address.Replace("//+:", "//0.0.0.0:", StringComparison.Ordinal).Replace("//*:", "//0.0.0.0:", StringComparison.Ordinal)))];
        var outside = host.Services.GetRequiredService<PageHosts>().AddressOf("tag") is { IsLoopback: false } page ? new Uri(page, "..") : null;
        var output = context.Output;
        var keyFile = File.Exists(settings.OperatorKeyFile) && !settings.IsOpen ? settings.OperatorKeyFile : null;
        if (output.IsJson)
        {
            var served = new ServedCoordinator(
                [.. addresses.Select(static address => ShownAddress.Text(ShownAddress.ForThisMachine(address)))],
                outside is null ? null : ShownAddress.Text(outside),
                settings.Pipes, settings.Store.Name, keyFile);
            await output.WriteJsonAsync(served, CommandJson.Default.ServedCoordinator, context.Stopped);
            return;
        }
        // The key is for a person; a log is no place for it.
        var key = keyFile is not null && output.IsLive ? KeyIn(keyFile) : null;
        foreach (var line in ServeAnnouncement.Lines(settings, addresses, outside, key))
            output.WriteProgress(line);
    }
}
