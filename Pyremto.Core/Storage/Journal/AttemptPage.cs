namespace Pyremto;

/// <summary>The attempts at the jobs of a page, as many as fit: what workers said of their failures may be long.</summary>
internal static class AttemptPage
{
    private const int MostCharacters = 4 << 20;

    /// <summary>Reads the attempts at one job after the other, at the first in any case, until they are too long together.</summary>
    public static List<List<AttemptInfo>> Read(IReadOnlyList<JobPointer> jobs, Func<JobPointer, List<AttemptInfo>> read)
    {
        var page = new List<List<AttemptInfo>>(jobs.Count);
        for (var length = 0L; page.Count < jobs.Count && length < MostCharacters;)
        {
            var attempts = read(jobs[page.Count]);
            length += attempts.Sum(attempt => attempt.Error?.Length ?? 0L);
            page.Add(attempts);
        }
        return page;
    }
}
