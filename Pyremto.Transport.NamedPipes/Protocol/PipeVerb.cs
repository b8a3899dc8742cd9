namespace Pyremto;

/// <summary>Which member of <see cref="IJobScheduler"/> a call is for. The numbers are the wire's and never change their meaning.</summary>
internal enum PipeVerb : byte
{
    Exchange = 1,
    Heartbeat = 2,
    WatchNotNeeded = 3,
    TagExists = 16,
    GetProgress = 17,
    WatchProgress = 18,
    GetResults = 19,
    GetJobs = 20,
    GetNotes = 21,
    CreateTag = 32,
    SetUpJobs = 33,
    Retry = 34,
    Cancel = 35,
    SetPaused = 36,
    UpdateTag = 37,
    DeleteTag = 38,
    IssueViewToken = 39,
    RotateViewTokens = 40,
    AddNote = 41,
    ListTags = 42,
}
