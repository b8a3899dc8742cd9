using System.Diagnostics;

namespace Pyremto.Tests.Durability;

/// <summary>Kills its process with SIGKILL right before a commit, after a moment in which answers that do not wait for it would get
/// out.</summary>
internal sealed class FatalJournal(IStoreJournal inner, int lastCommit) : IStoreJournal
{
    private static readonly TimeSpan TimeForAnswersToEscape = TimeSpan.FromMilliseconds(20);
    private int _commits;

    public IJournalReader Reader => inner.Reader;

    public IEnumerable<RestoredTag> Open() => inner.Open();

    public void Begin() => inner.Begin();

    public void Commit()
    {
        if (++_commits == lastCommit)
        {
            SpinWait.SpinUntil(() => false, TimeForAnswersToEscape);
            Process.GetCurrentProcess().Kill();
        }
        inner.Commit();
    }

    public ITagJournal CreateTag(TagRecord tag) => inner.CreateTag(tag);

    public long UpTime
    {
        get => inner.UpTime;
        set => inner.UpTime = value;
    }

    public void Dispose() => inner.Dispose();
}
