using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>Exposes a host's scheduler on a named pipe, from its start until it stops.</summary>
internal sealed partial class NamedPipeServer : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan HousekeepingPeriod = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly HashSet<ServerConnection> _connections = [];
    private readonly SessionKeeper _keeper;
    private readonly ITimer _housekeeping;
    private PipeOwnership? _ownership;
    private PipeListener? _listener;
    private int _isDisposed;

    public NamedPipeServer(
        string name, NamedPipeServerOptions options, IJobScheduler scheduler, TimeProvider time, IRandomSource random, ILogger logger)
    {
        (Name, Options, Scheduler, Time, Random, Logger) = (name, options, scheduler, time, random, logger);
        Full = new RareNotice(time);
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

    /// <summary>Counts clients that are refused since there are too many.</summary>
    public RareNotice Full { get; }

    public SessionKeeper Sessions => _keeper;

    /// <summary>Takes the name and begins to accept clients.</summary>
    /// <exception cref="IOException">Another coordinator or program has the name.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _ownership = await PipeOwnership.TakeAsync(Name, cancellationToken).ConfigureAwait(false);
        try
        {
            _listener = await PipeListener.StartAsync(Name, Time, Random, Logger, Serve).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _ownership.Dispose();
            throw new IOException($"The named pipe '{Name}' cannot be opened: {error.Message} Another coordinator may have it.", error);
        }
        _housekeeping.Change(HousekeepingPeriod, HousekeepingPeriod);
        LogListening(Logger, Name);
    }

    /// <summary>
    /// Accepts nobody any more and ends all connections. What was under way is answered or taken back; clients ask again with the same
    /// request ids when a coordinator is back (S8).
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _housekeeping.DisposeAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _listener, null) is { } listener)
            await listener.DisposeAsync().ConfigureAwait(false);
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
    }

    private void Serve(DuplexPipe pipes)
    {
        var connection = new ServerConnection(pipes, this);
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
        _listener?.CheckProgress(Options.PeerTimeout);
        ServerConnection[] connections;
        lock (_gate)
            connections = [.. _connections];
        foreach (var connection in connections)
            connection.CheckProgress(Options.PeerTimeout);
    }
}
