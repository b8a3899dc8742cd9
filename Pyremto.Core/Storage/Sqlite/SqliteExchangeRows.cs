namespace Pyremto;

/// <summary>
/// Appends what was taken and given: the result that a worker brought and the job that it was handed in answer share a row, so that a
/// whole exchange costs one insert at the end of one table. Therefore a result is held back until it is known what follows it.
/// </summary>
internal sealed class SqliteExchangeRows(SqliteJournal journal)
{
    /// <summary>A longer result has a row of its own, so that telling how a hand-out ended never writes it again.</summary>
    private const int LongestSharing = 2048;

    private TakenResult _result;
    private long _key;

    /// <summary>Whether a result is held back.</summary>
    public bool HasOpen => _key != 0;

    /// <summary>Forgets what was not written: its transaction is gone.</summary>
    public void Forget() => _key = 0;

    public int Add(SqliteTagJournal tag, in TakenResult result)
    {
        if (HasOpen)
            Write(journal.WritableStatements);
        var row = NextRow(tag);
        (_result, _key) = (result, tag.FirstKey + row);
        return row;
    }

    public int Add(SqliteTagJournal tag, in HandOutEntry handOut, int previous)
    {
        var statements = journal.WritableStatements;
        if (IsOfSameExchange(tag, handOut))
        {
            var key = _key;
            _key = 0;
            BindResult(BindHandOut(statements.InsertExchange, key, handOut, previous)).Run();
            return (int)(key - tag.FirstKey);
        }
        if (HasOpen)
            Write(statements);
        var row = NextRow(tag);
        BindHandOut(statements.InsertHandOut, tag.FirstKey + row, handOut, previous).Run();
        return row;
    }

    /// <summary>Writes the result that is held back.</summary>
    public void Write(SqliteStatements statements)
    {
        var key = _key;
        _key = 0;
        BindResult(statements.InsertResult.Bind(1, key).Bind(2, _result.Worker).Bind(3, _result.DoneAt)).Run();
    }

    /// <summary>Beyond 2^31 rows of a tag the store says that it cannot keep more, rather than write into the next tag's.</summary>
    private static int NextRow(SqliteTagJournal tag) => checked(++tag.LastRow);

    private bool IsOfSameExchange(SqliteTagJournal tag, in HandOutEntry handOut) =>
        _key > tag.FirstKey && _key <= tag.LastKey && _result.Worker == handOut.Worker && _result.DoneAt == handOut.At
        && _result.Text.Original.Length <= LongestSharing;

    private static SqliteInsert BindHandOut(SqliteInsert insert, long key, in HandOutEntry handOut, int previous)
    {
        insert.Bind(1, key).Bind(2, handOut.Worker).Bind(3, handOut.At).Bind(4, handOut.JobId).Bind(5, handOut.Attempt);
        return (previous == 0 ? insert.BindNull(6) : insert.Bind(6, previous)).Bind(7, handOut.RequestId);
    }

    private SqliteInsert BindResult(SqliteInsert insert) =>
        insert.Bind(8, _result.JobId).Bind(9, _result.Attempt).Bind(10, _result.StartedAt).Bind(11, 12, _result.Text);
}
