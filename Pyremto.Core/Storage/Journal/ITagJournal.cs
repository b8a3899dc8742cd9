namespace Pyremto;

/// <summary>Keeps one tag: what its ledger decides, and the rest of it. Written inside the store's transaction alone.</summary>
internal interface ITagJournal : ILedgerJournal
{
    void JobsSetUp(JobSetup setup);

    void SettingsChanged(LedgerSettings settings);

    void ViewKeyChanged(ReadOnlyMemory<byte> viewKey);

    /// <summary>The tag was used (S17), at this moment and at the journal's <see cref="IStoreJournal.UpTime"/>.</summary>
    void Used(long at);

    void NoteAdded(TagNote note, bool replace);

    void Deleted();
}
