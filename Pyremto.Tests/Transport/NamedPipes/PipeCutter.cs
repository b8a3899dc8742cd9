using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>
/// A pipe between a client and its coordinator that passes frames on and breaks where it is told to: before a frame, in its middle, or
/// behind it. While it is held nobody gets through.
/// </summary>
internal sealed class PipeCutter : IAsyncDisposable
{
    private readonly string _coordinator;
    private readonly Lock _gate = new();
    private readonly List<Rule> _rules = [];
    private readonly HashSet<DuplexPipe> _open = [];
    private readonly List<RawFrame> _requests = [];
    private PipeListener _listener = null!;
    private bool _isHeld;

    private PipeCutter(string coordinator) => _coordinator = coordinator;

    public enum At
    {
        Before,
        Middle,
        After,
    }

    public string Name { get; } = PipeNames.New();

    public static async Task<PipeCutter> StartAsync(string coordinator)
    {
        var cutter = new PipeCutter(coordinator);
        cutter._listener = await PipeListener.StartAsync(
            cutter.Name, TimeProvider.System, new SeededRandom(4), NullLogger.Instance, pipes => _ = Task.Run(() => cutter.PassAsync(pipes)));
        return cutter;
    }

    /// <summary>What clients sent, hellos included, cut or not.</summary>
    public IReadOnlyList<RawFrame> Requests
    {
        get
        {
            lock (_gate)
                return [.. _requests];
        }
    }

    /// <summary>Breaks at the next call of that verb. The task completes when that has happened.</summary>
    public Task CutRequestAsync(PipeVerb verb, At at, bool andHold = false) =>
        Add(new Rule(fromClient: true, frame => frame is { Kind: FrameKind.Call } && frame.Body[0] == (byte)verb, at, andHold));

    /// <summary>Breaks at the next frame of that kind that the coordinator sends, after so many others of it.</summary>
    public Task CutAnswerAsync(FrameKind kind, At at, bool andHold = false, int after = 0) =>
        Add(new Rule(fromClient: false, frame => frame.Kind == kind && after-- == 0, at, andHold));

    /// <summary>Completes when the client sends a frame of that kind; it is passed on.</summary>
    public Task SeeRequestAsync(FrameKind kind) => Add(new Rule(fromClient: true, frame => frame.Kind == kind, at: null, andHold: false));

    /// <summary>Keeps frames of that kind back that the coordinator sends, for ever.</summary>
    public Task SwallowAnswersAsync(FrameKind kind) =>
        Add(new Rule(fromClient: false, frame => frame.Kind == kind, at: null, andHold: false) { Swallows = true });

    /// <summary>Breaks all connections now.</summary>
    public void Cut()
    {
        DuplexPipe[] pairs;
        lock (_gate)
        {
            pairs = [.. _open];
            _open.Clear();
        }
        foreach (var pair in pairs)
            pair.Dispose();
    }

    /// <summary>Breaks all connections now and lets nobody through.</summary>
    public void CutAndHold()
    {
        lock (_gate)
            _isHeld = true;
        Cut();
    }

    /// <summary>Lets clients through again.</summary>
    public void Resume()
    {
        lock (_gate)
            _isHeld = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        CutAndHold();
    }

    private Task Add(Rule rule)
    {
        lock (_gate)
            _rules.Add(rule);
        return rule.Fired.Task.WaitAsync(PipeCoordinator.Patience);
    }

    private async Task PassAsync(DuplexPipe client)
    {
        try
        {
            using var clientPipes = client;
            using var server = await DuplexPipe.ConnectAsync(_coordinator, TimeProvider.System, CancellationToken.None);
            lock (_gate)
            {
                if (_isHeld)
                    return;
                _open.UnionWith([client, server]);
            }
            await Task.WhenAny(PassAsync(client.Input, server.Output, fromClient: true), PassAsync(server.Input, client.Output, fromClient: false));
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or TimeoutException)
        {
            // It was cut, or the coordinator is not there.
        }
    }

    private async Task PassAsync(PipeReader reader, Stream to, bool fromClient)
    {
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync();
                var buffer = result.Buffer;
                while (Frame.TryRead(ref buffer, Frame.LongestBody, out var frame))
                {
                    if (!await PassAsync(new RawFrame(frame.Kind, frame.Call, frame.Body.ToArray()), to, fromClient))
                        return;
                }
                if (result.IsCompleted)
                    return;
                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It was cut, here or there.
        }
    }

    private async Task<bool> PassAsync(RawFrame frame, Stream to, bool fromClient)
    {
        var bytes = RawFrame.Of(frame.Kind, frame.Call, frame.Body);
        Rule? rule;
        lock (_gate)
        {
            if (fromClient)
                _requests.Add(frame);
            rule = _rules.Find(rule => rule.FromClient == fromClient && rule.Fits(frame));
            if (rule is { Swallows: false })
                _rules.Remove(rule);
        }
        if (rule is { Swallows: true })
        {
            rule.Fired.TrySetResult();
            return true;
        }
        var length = rule?.Where switch
        {
            At.Before => 0,
            At.Middle => bytes.Length / 2,
            _ => bytes.Length,
        };
        await to.WriteAsync(bytes.AsMemory(0, length));
        if (rule is null)
            return true;
        if (rule.Where is null)
        {
            rule.Fired.TrySetResult();
            return true;
        }
        if (rule.AndHold)
            CutAndHold();
        else
            Cut();
        rule.Fired.TrySetResult();
        return false;
    }

    private sealed class Rule(bool fromClient, Func<RawFrame, bool> fits, At? at, bool andHold)
    {
        public bool FromClient { get; } = fromClient;

        public Func<RawFrame, bool> Fits { get; } = fits;

        public At? Where { get; } = at;

        public bool AndHold { get; } = andHold;

        public bool Swallows { get; init; }

        public TaskCompletionSource Fired { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
