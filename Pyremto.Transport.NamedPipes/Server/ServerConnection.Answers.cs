namespace Pyremto;

/// <content>Requests as they are read, and what goes back.</content>
internal sealed partial class ServerConnection
{
    /// <summary>How many calls that have ended are kept to be begun again.</summary>
    private const int MostKept = 16;

    /// <summary>Sends the answer. Work whose answer is too long to be sent is given back (S8).</summary>
    public async ValueTask AnswerAsync<TRequest, TAnswer>(ServerCall call, TRequest request, TAnswer answer)
    {
        if (request is ExchangeRequest exchange && answer is ExchangeAnswer given)
        {
            await AnswerExchangeAsync(call, exchange, given).ConfigureAwait(false);
            return;
        }
        if (request is Heartbeat beat)
            Announce(beat.Worker);
        if (typeof(TAnswer) == typeof(Nothing))
            _writer.Write(FrameKind.Answer, call.Id);
        else
            _writer.WriteJson(FrameKind.Answer, call.Id, answer);
    }

    /// <summary>Sends an item of a stream; answers how many bytes that took.</summary>
    public int Send<T>(ServerCall call, T item)
    {
        var written = _writer.WriteJson(FrameKind.Item, call.Id, item);
        _writer.Flush();
        return written.Length;
    }

    public void EndStream(ServerCall call) => _writer.Write(FrameKind.End, call.Id);

    /// <summary>Tells why a call failed.</summary>
    public void Fail(ServerCall call, Exception error)
    {
        switch (error)
        {
            case OperationCanceledException when call.IsGivenUp:
                _writer.Write(FrameKind.Cancelled, call.Id);
                break;
            case PyremtoException known:
                _writer.WriteJson(FrameKind.Error, call.Id, ErrorBody.Of(known));
                break;
            default:
                var id = _server.Random.NextWord(8);
                LogUnforeseen(_server.Logger, _server.Name, id, error);
                _writer.WriteJson(FrameKind.Error, call.Id, PipeErrors.Unforeseen(id));
                break;
        }
    }

    /// <summary>A call has been answered: its number is free.</summary>
    public void Ended(ServerCall call)
    {
        bool isInline;
        lock (_gate)
        {
            _calls.Remove(call.Id);
            if (call.Lasts)
                Interlocked.Decrement(ref _lasting);
            isInline = call.IsInline;
            if (call.IsGivenUp || _isEnding || _ended.Count >= MostKept)
                call.Dispose();
            else
                _ended.Push(call);
            if (_calls.Count == 0)
                _idle?.TrySetResult();
        }
        if (!isInline) // else whoever reads the connection sends it, with what else it answers meanwhile
            _writer.FlushSoon();
    }

    private async ValueTask AnswerExchangeAsync(ServerCall call, ExchangeRequest request, ExchangeAnswer answer)
    {
        if (request.Worker is { } worker)
            Announce(worker);
        if (answer.Jobs.Count == 0)
        {
            _writer.WriteJson(FrameKind.Answer, call.Id, answer);
            return;
        }
        try
        {
            lock (_unsent)
            {
                while (_unsent.TryPeek(out var first) && first.Position <= _writer.Sent)
                    _unsent.Dequeue();
                var written = _writer.WriteJson(FrameKind.Answer, call.Id, answer);
                _unsent.Enqueue((written.End, new UndeliveredAnswer(request, answer)));
            }
        }
        catch
        {
            await _server.Sessions.GiveBackAsync(new UndeliveredAnswer(request, answer)).ConfigureAwait(false);
            throw;
        }
    }

    private void Announce(string worker)
    {
        if (worker == _lastWorker)
            return;
        _lastWorker = worker;
        _server.Sessions.Speaks(_session!, worker);
    }

    private List<UndeliveredAnswer> TakeUndelivered() =>
        [.. _unsent.Where(answer => answer.Position > _writer.Sent).Select(answer => answer.Answer)];
}
