using System.IO.Pipes;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>Accepts whoever connects to one name, until it is disposed.</summary>
internal sealed partial class PipeAcceptor : IAsyncDisposable
{
    private static readonly TimeSpan AcceptAgainAfter = TimeSpan.FromMilliseconds(50);

    private readonly string _name;
    private readonly PipeDirection _direction;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly DescriptorReserve _descriptors = DescriptorReserve.OfThisProcess();
    private readonly RareNotice _refused;
    private readonly NamedPipeServerStream _first;
    private Task? _accepting;

    /// <summary>Opens the name; who connects waits until <see cref="Start"/>.</summary>
    /// <exception cref="IOException">Another program has it.</exception>
    /// <exception cref="UnauthorizedAccessException">Another user has it.</exception>
    public PipeAcceptor(string name, PipeDirection direction, TimeProvider time, ILogger logger)
    {
        (_name, _direction, _time, _logger) = (name, direction, time, logger);
        _refused = new RareNotice(time);
        _first = CreateInstance(isFirst: true);
        PrivateFile.CloseSocket(PipeName.SocketPath(name)); // it is made under the umask
    }

    /// <summary>Begins to accept.</summary>
    /// <param name="accepted">Gets each one that comes, and does not keep the next one waiting.</param>
    public void Start(Action<NamedPipeServerStream> accepted) => _accepting = Task.Run(() => AcceptAsync(_first, accepted));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_accepting is null)
            await _first.DisposeAsync().ConfigureAwait(false);
        else
            await _accepting.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private NamedPipeServerStream CreateInstance(bool isFirst = false) => new(
        _name,
        _direction,
        NamedPipeServerStream.MaxAllowedServerInstances,
        PipeTransmissionMode.Byte,
        PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly | (isFirst && OperatingSystem.IsWindows() ? PipeOptions.FirstPipeInstance : PipeOptions.None));

    private async Task AcceptAsync(NamedPipeServerStream instance, Action<NamedPipeServerStream> accepted)
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
                LogNotAccepted(_logger, _name, error.Message); // another user's; or there is no file descriptor left, and the next try fails too
                var failed = instance;
                instance = CreateInstance();
                await failed.DisposeAsync().ConfigureAwait(false);
                await Task.Delay(AcceptAgainAfter, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }
            var connected = instance;
            instance = CreateInstance(); // first, since the name lives as long as an instance does
            if (HasRoomFor(connected))
                accepted(connected);
            else
                await connected.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Whether the process can spare the descriptor. On Windows a handle is no such number, and there is no limit.</summary>
    private bool HasRoomFor(NamedPipeServerStream pipe)
    {
        if (_descriptors.Allows(pipe.SafePipeHandle.DangerousGetHandle()))
            return true;
        if (_refused.Count() is > 0 and var count)
            LogNoRoom(_logger, _name, count, _descriptors.Limit ?? 0);
        return false;
    }

    [LoggerMessage(311, LogLevel.Debug, "Pipe {Pipe}: a client was not accepted: {Reason}")]
    private static partial void LogNotAccepted(ILogger logger, string pipe, string reason);

    [LoggerMessage(314, LogLevel.Warning,
        "Pipe {Pipe}: {Count} client(s) refused: the process may have {Limit} file descriptors, and keeps the last ones for itself: "
        + "raise the limit (ulimit -n, LimitNOFILE).")]
    private static partial void LogNoRoom(ILogger logger, string pipe, long count, long limit);
}
