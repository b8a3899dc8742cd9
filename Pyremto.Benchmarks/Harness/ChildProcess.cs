namespace Pyremto.Benchmarks.Harness;

/// <summary>This program once more, in a role: the other side of what is measured between two processes. It ends with the one that
/// started it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process, string greeting) => (_process, Greeting) = (process, greeting);

    /// <summary>What it said when it was ready.</summary>
    public string Greeting { get; }

    /// <summary>The processor time that it used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes of memory that are its own and in use now.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>How many descriptors it has open; 0 where the system does not tell.</summary>
    public int Descriptors => OperatingSystem.IsLinux() ? Directory.GetFiles($"/proc/{_process.Id}/fd").Length : 0;

    /// <summary>Starts a role and waits until it is ready.</summary>
    public static async Task<ChildProcess> StartAsync(string role, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["exec", typeof(ChildProcess).Assembly.Location, "role", role, .. arguments])
            start.ArgumentList.Add(argument);
        if (!Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.Ordinal))
        {
            start.ArgumentList.RemoveAt(0); // the program's own host knows what to run
            start.ArgumentList.RemoveAt(0);
        }
        var process = Process.Start(start) ?? throw new InvalidOperationException("The process did not start.");
        var greeting = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"The role {role} ended before it was ready.");
        return new ChildProcess(process, greeting);
    }

    /// <summary>In the child: says that it is ready, and waits until the one that started it ends it, or has ended.</summary>
    public static async Task ServeAsync(string greeting = "ready")
    {
        await Console.Out.WriteLineAsync(greeting);
        while (await Console.In.ReadLineAsync() is not null)
        {
            // Only the end counts.
        }
    }

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
    }
}
