using System.IO.Pipes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>Exposes a host's scheduler on a named pipe, from its start until it stops.</summary>
internal sealed partial class NamedPipeServer : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan HousekeepingPeriod = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly HashSet<ServerConnection> _connections = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly SessionKeeper _keeper;
    private readonly ITimer _housekeeping;
    private PipeOwnership? _ownership;
    private Task _accepting = Task.CompletedTask;
    private int _isDisposed;

    public NamedPipeServer(
        string name, NamedPipeServerOptions options, IJobScheduler scheduler, TimeProvider time, IRandomSource random, ILogger logger)
    {
        (Name, Options, Scheduler, Time, Random, Logger) = (name, options, scheduler, time, random, logger);
        _keeper = new SessionKeeper(scheduler, time, logger);
        _housekeeping = time.CreateTimer(
            static server => ((NamedPipeServer)server!).CheckConnections(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Name { get; }

    public NamedPipeServerOptions Options { get; }

    public IJobScheduler Scheduler { get; }

    public TimeProvider Time { get; }

    public IRandomSource Random { get; }

    public ILogger Logger { get; }

    public SessionKeeper Sessions => _keeper;

    /// <summary>Takes the name and begins to accept clients.</summary>
    /// <exception cref="IOException">Another coordinator or program has the name.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _ownership = await PipeOwnership.TakeAsync(Name, cancellationToken).ConfigureAwait(false);
        NamedPipeServerStream first;
        try
        {
            first = CreateInstance(isFirst: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _ownership.Dispose();
            throw new IOException($"The named pipe '{Name}' cannot be opened: {error.Message} Another coordinator may have it.", error);
        }
        _accepting = Task.Run(() => AcceptAsync(first), CancellationToken.None);
        _housekeeping.Change(HousekeepingPeriod, HousekeepingPeriod);
        LogListening(Logger, Name);
    }

    /// <summary>
    /// Accepts nobody any more and ends all connections. What was under way is answered or taken back; clients ask again with the same
    /// request ids when a coordinator is back (S8).
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _housekeeping.DisposeAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        ServerConnection[] connections;
        lock (_gate)
            connections = [.. _connections];
        foreach (var connection in connections)
            connection.Close();
        await Task.WhenAll(connections.Select(connection => connection.Completion)).WaitAsync(cancellationToken).ConfigureAwait(false);
        await _keeper.DisposeAsync().ConfigureAwait(false);
        _ownership?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _stopping.Dispose();
    }

    private NamedPipeServerStream CreateInstance(bool isFirst = false) => new(
        Name,
        PipeDirection.InOut,
        NamedPipeServerStream.MaxAllowedServerInstances,
        PipeTransmissionMode.Byte,
        PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly | (isFirst && OperatingSystem.IsWindows() ? PipeOptions.FirstPipeInstance : PipeOptions.None));

    private async Task AcceptAsync(NamedPipeServerStream instance)
    {
        while (true)
        {
            try
            {
                await instance.WaitForConnectionAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                await instance.DisposeAsync().ConfigureAwait(false);
                return;
            }
            catch (Exception error)
            {
                LogNotAccepted(Logger, Name, error.Message); // gone again, or another user's
                await instance.DisposeAsync().ConfigureAwait(false);
                instance = CreateInstance();
                continue;
            }
            var connected = instance;
            instance = CreateInstance(); // first, since the name lives as long as an instance does
            Serve(connected);
        }
    }

    private void Serve(NamedPipeServerStream stream)
    {
        var connection = new ServerConnection(stream, this);
        bool isFull;
        lock (_gate)
        {
            isFull = _connections.Count >= Options.MaxConnections;
            _connections.Add(connection);
        }
        _ = ServeAsync(connection, isFull);
    }

    private async Task ServeAsync(ServerConnection connection, bool isFull)
    {
        await Task.Run(() => connection.RunAsync(isFull)).ConfigureAwait(false);
        lock (_gate)
            _connections.Remove(connection);
    }

    private void CheckConnections()
    {
        ServerConnection[] connections;
        lock (_gate)
            connections = [.. _connections];
        foreach (var connection in connections)
            connection.CheckProgress(Options.PeerTimeout);
    }
}
