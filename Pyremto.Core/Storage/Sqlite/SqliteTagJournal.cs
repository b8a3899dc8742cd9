using Dapper;

namespace Pyremto;

/// <summary>Keeps one tag in the SQLite file.</summary>
internal sealed class SqliteTagJournal(SqliteJournal journal, long tagId) : ITagJournal
{
    public long TagId => tagId;

    public long FirstKey => tagId << 32;

    public long LastKey => FirstKey | uint.MaxValue;

    /// <summary>The number of the newest row of hand-outs and results.</summary>
    public int LastRow { get; set; }

    public void JobsSetUp(JobSetup setup)
    {
        var settings = LedgerSettings.Of(setup);
        journal.Connection.Execute(
            """
            UPDATE tags SET set_up_request_id = @RequestId, description_count = @Count, repetitions = @Repetitions,
                max_redistribution_attempts = @MaxAttempts, lease_micros = @LeaseMicros, policy = @Policy,
                retry_delay_micros = @RetryDelayMicros
            WHERE tag_id = @TagId
            """,
            new
            {
                setup.RequestId, setup.Jobs.Count, setup.Repetitions, settings.MaxAttempts, settings.LeaseMicros, settings.RetryDelayMicros,
                Policy = settings.Policy.ToString(), TagId = tagId,
            });
        var insert = journal.Statements.InsertDescription;
        for (var index = 0; index < setup.Jobs.Count; index++)
            insert.Bind(1, FirstKey + index).Bind(2, 3, setup.Jobs[index]).Run();
    }

    public int HandedOut(in HandOutEntry handOut, int previous) => journal.Exchanges.Add(this, handOut, previous);

    public int ResultTaken(in TakenResult result) => journal.Exchanges.Add(this, result);

    public bool IsKeptResult(int jobId, int row, JsonText result)
    {
        var read = journal.Statements.ReadResult.Bind(1, FirstKey + row);
        var isSame = read.Read() && read.Text(read.IsNull(1) ? 0 : 1).SequenceEqual(result.Original.Span);
        read.Reset();
        return isSame;
    }

    public void Ended(in HandOutEntry handOut, string? workerId, HandOutState ending, long at, FailedReport? failure)
    {
        if (ending == HandOutState.Superseded)
            return; // that a job has the result of another attempt says it
        journal.Statements.EndHandOut
            .Bind(1, FirstKey + handOut.Row).Bind(2, ending.ToString()).Bind(3, at)
            .Bind(4, failure?.Error).Bind(5, failure?.ExitCode).Bind(6, handOut.Spends).Run();
    }

    public PastHandOut? FindHandOut(in HandOutSearch search)
    {
        var read = journal.Statements.ReadHandOut;
        for (var row = search.LastRow; row != 0;)
        {
            if (!read.Bind(1, FirstKey + row).Read())
                return null;
            var found = new PastHandOut(
                read.Int32(0), row, read.Int32(1), read.Int64(2), SqliteRestore.StateOf(read.String(3)));
            var isMeant = search.IsFor(found.Attempt, found.Worker, read.String(5));
            row = found.Attempt > search.OldestAttempt ? read.Int32(4) : 0;
            read.Reset();
            if (isMeant)
                return found;
        }
        return null;
    }

    public void Revived(int jobId, int attempt, int row) => journal.Statements.ReviveHandOut.Bind(1, FirstKey + row).Run();

    public void LeaseChanged(in HandOutEntry handOut) =>
        journal.Statements.KeepLease.Bind(1, FirstKey + handOut.Row).Bind(2, handOut.Lease).Run();

    public void WorkerJoined(int number, string id, bool inProcess) =>
        journal.Statements.InsertWorker.Bind(1, tagId).Bind(2, number).Bind(3, id).Bind(4, inProcess ? 1 : 0).Run();

    public void WorkerForgotten(int number)
    {
        // Its row stays: results and attempts have their worker's id from there.
    }

    public void DuplicateCounted(bool differs) =>
        journal.Statements.CountDuplicate.Bind(1, tagId).Bind(2, differs ? 1 : 0).Run();

    public void JobCancelled(int jobId) => journal.Statements.CancelJob.Bind(1, FirstKey + jobId).Run();

    public void JobReopened(int jobId) => journal.Statements.ReopenJob.Bind(1, FirstKey + jobId).Run();

    public void Delayed(int jobId, int lastRow, JobDelay? delay) =>
        journal.Statements.DelayJob.Bind(1, FirstKey + lastRow).Bind(2, delay?.From).Bind(3, delay?.Until).Run();

    public void AttemptsForgiven(int jobId, int lastRow)
    {
        var forgive = journal.Statements.ForgiveAttempt;
        for (var row = lastRow; row != 0;)
        {
            forgive.Bind(1, FirstKey + row).Read();
            row = forgive.Int32(0);
            forgive.Reset();
        }
    }

    public void SettingsChanged(LedgerSettings settings) =>
        journal.Connection.Execute(
            """
            UPDATE tags SET max_redistribution_attempts = @MaxAttempts, lease_micros = @LeaseMicros, policy = @Policy, paused = @Paused,
                retry_delay_micros = @RetryDelayMicros
            WHERE tag_id = @TagId
            """,
            new { settings.MaxAttempts, settings.LeaseMicros, settings.RetryDelayMicros, Policy = settings.Policy.ToString(), settings.Paused, TagId = tagId });

    public void ViewKeyChanged(ReadOnlyMemory<byte> viewKey) =>
        journal.Connection.Execute("UPDATE tags SET view_key = @Key WHERE tag_id = @TagId", new { Key = viewKey.ToArray(), TagId = tagId });

    public void Used(long at) => journal.Statements.NoteUse.Bind(1, tagId).Bind(2, at).Bind(3, journal.UpTime).Run();

    public void NoteAdded(TagNote note, bool replace)
    {
        var row = new
        {
            TagId = tagId,
            note.Kind,
            Body = note.Body.ToString(),
            Original = note.Body.HasNonFinite ? System.Text.Encoding.UTF8.GetString(note.Body.Original.Span) : null,
        };
        if (replace)
            journal.Connection.Execute("DELETE FROM notes WHERE tag_id = @TagId AND kind = @Kind", row);
        journal.Connection.Execute("INSERT INTO notes(tag_id, kind, body, original) VALUES (@TagId, @Kind, @Body, @Original)", row);
    }

    public void Deleted() => journal.Remains.Add(tagId);
}
