using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pyremto.Tests.Support;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Client;

/// <summary>A coordinator over HTTP in a process of its own, which is there to be killed.</summary>
internal sealed class HttpVictim : IDisposable
{
    public const string Verb = "http-victim";

    private readonly Process _process;

    private HttpVictim(Process process, string url) => (_process, Url) = (process, url);

    public string Url { get; }

    /// <summary>Starts one, at a new port or at that of one that was killed, and waits until it listens.</summary>
    public static async Task<HttpVictim> StartAsync(string database, string? url = null)
    {
        url ??= KeptPorts.NewUrl();
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { typeof(HttpVictim).Assembly.Location, Verb, database, url },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        var address = await process.StandardOutput.ReadLineAsync().WaitAsync(HttpCoordinator.Patience);
        return new HttpVictim(process, address ?? throw new InvalidOperationException("The coordinator ended before it listened."));
    }

    /// <summary>In the process: listens until it is killed, or the one that started it has ended.</summary>
    public static async Task RunAsync(string database, string url)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddPyremto().UseSqlite(database).ListenOnHttp(url);
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{host.Services.GetRequiredService<IPyremtoHttpListener>().Addresses[0]}"));
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
    }

    /// <summary>Ends it with SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
