namespace Pyremto;

/// <summary>
/// The tags with a prefix (S20): those that may have work, in the order in which they are served, and how many give which answer without.
/// What a call costs does not grow with the tags that have nothing to hand out.
/// </summary>
internal sealed class PrefixPool(string prefix)
{
    /// <summary>The answers without work, the most hopeful first.</summary>
    private static readonly NextState[] Hopes = [NextState.Wait, NextState.Paused, NextState.NotSetUp, NextState.Drained, NextState.Done];

    private static readonly Comparer<(long LastServed, string Name)> ByTurn = Comparer<(long LastServed, string Name)>.Create(
        static (left, right) => left.LastServed != right.LastServed
            ? left.LastServed.CompareTo(right.LastServed)
            : string.CompareOrdinal(left.Name, right.Name));

    private readonly PriorityQueue<PoolMember, (long LastServed, string Name)> _turns = new(ByTurn);
    private readonly int[] _answers = new int[Enum.GetValues<NextState>().Length];

    public string Prefix { get; } = prefix;

    /// <summary>When it was last asked for, in such questions.</summary>
    public long LastAsked { get; set; }

    /// <summary>The most hopeful of its tags' answers; not set up where there is no tag.</summary>
    public NextState AnswerWithoutWork
    {
        get
        {
            foreach (var state in Hopes)
            {
                if (_answers[(int)state] > 0)
                    return state;
            }
            return NextState.NotSetUp;
        }
    }

    public void Add(TagState tag)
    {
        var member = new PoolMember(this, tag) { Answer = tag.AnswerWithoutWork };
        tag.Pools.Add(member);
        _answers[(int)member.Answer]++;
        PutBack(member);
    }

    public void Remove(PoolMember member)
    {
        _answers[(int)member.Answer]--;
        if (member.IsInTurn)
            _turns.Remove(member, out _, out _);
    }

    /// <summary>The tag may have changed.</summary>
    public void Update(PoolMember member)
    {
        _answers[(int)member.Answer]--;
        member.Answer = member.Tag.AnswerWithoutWork;
        _answers[(int)member.Answer]++;
        if (!member.IsInTurn)
            PutBack(member);
    }

    /// <summary>Takes the tag that was served least recently among those that may have work, or null. It is to be put back.</summary>
    public PoolMember? TakeNext()
    {
        while (_turns.TryDequeue(out var member, out var turn))
        {
            member.IsInTurn = false;
            if (turn.LastServed == member.Tag.LastServed && member.Tag.MayGive)
                return member;
            PutBack(member); // it was served, or ran out of work, since it was put there
        }
        return null;
    }

    public void PutBack(PoolMember member)
    {
        member.IsInTurn = member.Tag.MayGive;
        if (member.IsInTurn)
            _turns.Enqueue(member, (member.Tag.LastServed, member.Tag.Record.Name));
    }
}

/// <summary>A tag's place in a pool.</summary>
internal sealed class PoolMember(PrefixPool pool, TagState tag)
{
    public PrefixPool Pool { get; } = pool;

    public TagState Tag { get; } = tag;

    /// <summary>The answer that the pool counts it under.</summary>
    public NextState Answer { get; set; }

    /// <summary>Whether it stands in the order in which tags are served.</summary>
    public bool IsInTurn { get; set; }
}
