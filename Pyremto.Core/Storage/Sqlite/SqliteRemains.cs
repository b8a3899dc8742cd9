using System.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Pyremto;

/// <summary>The rows of deleted tags, which go in slices between other work. Whose they are is kept, so that they also go after a
/// crash.</summary>
internal sealed class SqliteRemains(SqliteJournal journal)
{
    private const int RowsAtOnce = 16; // a row may be a mebibyte
    private static readonly TimeSpan SliceTime = TimeSpan.FromMilliseconds(5);

    private static readonly string[] Deletions =
    [
        "DELETE FROM exchanges WHERE exchange_key IN (SELECT exchange_key FROM exchanges WHERE exchange_key BETWEEN @First AND @Last LIMIT @Rows)",
        "DELETE FROM cancelled_jobs WHERE job_key IN (SELECT job_key FROM cancelled_jobs WHERE job_key BETWEEN @First AND @Last LIMIT @Rows)",
        "DELETE FROM descriptions WHERE description_key IN (SELECT description_key FROM descriptions WHERE description_key BETWEEN @First AND @Last LIMIT @Rows)",
        "DELETE FROM workers WHERE tag_id = @TagId AND number IN (SELECT number FROM workers WHERE tag_id = @TagId LIMIT @Rows)",
        "DELETE FROM notes WHERE note_id IN (SELECT note_id FROM notes WHERE tag_id = @TagId LIMIT @Rows)",
    ];

    private readonly Queue<long> _tags = new();

    public bool Any => _tags.Count > 0;

    /// <summary>What is left to remove, as the file says.</summary>
    public void Read(SqliteConnection connection)
    {
        _tags.Clear();
        foreach (var tagId in connection.Query<long>("SELECT tag_id FROM deleted_tags ORDER BY tag_id"))
            _tags.Enqueue(tagId);
    }

    /// <summary>A tag is deleted: its name is free at once.</summary>
    public void Add(long tagId)
    {
        journal.Connection.Execute("DELETE FROM tags WHERE tag_id = @tagId; INSERT INTO deleted_tags(tag_id) VALUES (@tagId)", new { tagId });
        _tags.Enqueue(tagId);
    }

    /// <summary>Removes rows for some milliseconds. Answers whether there are more.</summary>
    public bool Purge()
    {
        var begun = Stopwatch.GetTimestamp();
        while (_tags.TryPeek(out var tagId) && Stopwatch.GetElapsedTime(begun) < SliceTime)
        {
            var rows = new { TagId = tagId, First = tagId << 32, Last = (tagId << 32) | uint.MaxValue, Rows = RowsAtOnce };
            if (Array.Exists(Deletions, deletion => journal.Connection.Execute(deletion, rows) > 0))
                continue;
            journal.Connection.Execute("DELETE FROM deleted_tags WHERE tag_id = @tagId", new { tagId });
            _tags.Dequeue();
        }
        return Any;
    }
}
