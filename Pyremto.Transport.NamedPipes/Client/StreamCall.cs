using System.Threading.Channels;

namespace Pyremto;

/// <summary>A call whose answer is a stream of items, taken by one reader.</summary>
internal sealed class StreamCall<TRequest, TItem>(PipeVerb verb, TRequest request) : PendingCall(isRepeatable: false, lasts: true)
{
    private readonly Channel<(TItem Item, int Length)> _items = Channel.CreateUnbounded<(TItem, int)>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true }); // the coordinator sends no more than it has credit for
    private Exception? _error;

    public ChannelReader<(TItem Item, int Length)> Items => _items.Reader;

    public override void Write(FrameWriter writer, int longestRequest)
    {
        if (typeof(TRequest) == typeof(Nothing))
            writer.Write(FrameKind.Call, Id, [(byte)verb]);
        else
            writer.WriteJson(FrameKind.Call, Id, request, longestRequest, verb);
    }

    public override bool Read(in Frame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.Item:
                _items.Writer.TryWrite((Parse<TItem>(frame.Body), (int)frame.Body.Length + Frame.HeaderLength));
                return false;
            case FrameKind.End:
                return true;
            case FrameKind.Error:
                _error = Parse<ErrorBody>(frame.Body).ToException();
                return true;
            case FrameKind.Cancelled:
                _error = new OperationCanceledException();
                return true;
            default:
                throw new FrameException($"a frame of kind {(byte)frame.Kind} belongs to no stream");
        }
    }

    public override void Fail(Exception error) => _error = error;

    public override void Lose(CoordinatorUnreachableException error) => _error = new ConnectionLostException();

    public override void Finish() => _items.Writer.TryComplete(_error);

    /// <summary>Its reader is gone already.</summary>
    public override void Orphan(Action<ExchangeRequest, ExchangeAnswer> release)
    {
    }
}
