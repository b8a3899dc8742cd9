namespace Pyremto.Tests.Simulation;

/// <summary>A call over a virtual pipe: to <see cref="ClientSession"/> it is as any other; instead of frames it carries what is asked.</summary>
internal sealed class PipeCall(Question question, SimulatedProcess process, Action<Reply>? answered) : PendingCall(question.IsRepeatable)
{
    private Action<ExchangeRequest, ExchangeAnswer>? _release;
    private Reply _reply;

    public Question Question { get; } = question;

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

    public override PendingCall? AskAgain() =>
        Question.AskAgain() is { } again ? new PipeCall(again, process, answered: null) : null;

    public override void Write(FrameWriter writer, int longestRequest) => throw new NotSupportedException();

    public override bool Read(in Frame frame) => throw new NotSupportedException();
}
