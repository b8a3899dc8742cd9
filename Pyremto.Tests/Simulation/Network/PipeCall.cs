namespace Pyremto.Tests.Simulation;

/// <summary>A call over a virtual pipe: to <see cref="ClientSession"/> it is as any other; instead of frames it carries what is
/// asked.</summary>
internal sealed class PipeCall(Question question, SimulatedProcess process, Action<Reply>? answered) : PendingCall(
    question.IsRepeatable, lasts: question.Exchange is { MayWait: true })
{
    private Action<ExchangeRequest, ExchangeAnswer>? _release;
    private Reply _reply;

    public Question Question { get; private set; } = question;

    public void Take(Reply reply) => _reply = reply;

    public override void Fail(Exception error) => _reply = new Reply(null, error);

    public override void Finish()
    {
        if (_release is null)
            answered?.Invoke(_reply);
        else if (_reply.Work is { } work)
            _release(Question.Exchange!, work);
    }

    public override void Orphan(Action<ExchangeRequest, ExchangeAnswer> release)
    {
        _release = release;
        process.After(TimeSpan.Zero, () => answered?.Invoke(Reply.GivenUp()));
    }

    public override bool TryNotToWait()
    {
        if (Question.Exchange is not { HasReports: true } exchange)
            return false;
        Question = Question.Of(exchange with { Wait = TimeSpan.Zero });
        Lasts = false;
        return true;
    }

    public override void Write(FrameWriter writer, int longestRequest) => throw new NotSupportedException();

    public override bool Read(in Frame frame) => throw new NotSupportedException();
}
