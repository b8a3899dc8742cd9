namespace Pyremto;

/// <summary>The lanes of a tag that are in use, by the attempts spent, fewest first; however great these numbers are, a lane costs the
/// same.</summary>
internal sealed class Lanes(JobEntry[] jobs)
{
    private readonly SortedList<int, Lane> _lanes = [];
    private int _lowest;

    /// <summary>How many there are; some may be empty.</summary>
    public int Count => _lanes.Count;

    /// <summary>The place of the first lane that is not empty, or <see cref="Count"/>.</summary>
    public int Lowest
    {
        get
        {
            while (_lowest < _lanes.Count && this[_lowest].IsEmpty)
                _lowest++;
            return _lowest;
        }
    }

    /// <summary>The lane at a place, in the order of attempts spent.</summary>
    public Lane this[int place] => _lanes.GetValueAtIndex(place);

    /// <summary>The lane of jobs with so many attempts spent, to put one in.</summary>
    public Lane Open(int spent)
    {
        var place = _lanes.IndexOfKey(spent);
        if (place < 0)
        {
            _lanes.Add(spent, new Lane(jobs));
            place = _lanes.IndexOfKey(spent);
        }
        _lowest = Math.Min(_lowest, place);
        return this[place];
    }

    /// <summary>Takes a job out of the lane in which it stands.</summary>
    public void Remove(int jobId, int spent) => _lanes[spent].Remove(jobId);
}
