namespace Pyremto;

/// <summary>The descriptions of a tag's jobs. Filled once, then read on any thread.</summary>
internal sealed class DescriptionTable(int count, int repetitions)
{
    private readonly PayloadArena _arena = new();
    private readonly PayloadPlace[] _places = new PayloadPlace[count];
    private readonly Dictionary<int, byte[]> _originals = []; // of the few that hold a NaN or Infinity

    public int Repetitions { get; } = repetitions;

    public int JobCount => checked(_places.Length * Repetitions);

    public static DescriptionTable Of(JobSetup setup)
    {
        var table = new DescriptionTable(setup.Jobs.Count, setup.Repetitions);
        for (var i = 0; i < setup.Jobs.Count; i++)
            table.Set(i, setup.Jobs[i].Utf8.Span, setup.Jobs[i].HasNonFinite ? setup.Jobs[i].Original.ToArray() : null);
        return table;
    }

    public void Set(int index, ReadOnlySpan<byte> utf8, byte[]? original)
    {
        _places[index] = _arena.Add(utf8);
        if (original is not null)
            _originals[index] = original;
    }

    /// <summary>The description of a job: <c>job_id = repetition × count + index</c> (S18).</summary>
    public JsonText Of(int jobId)
    {
        var index = jobId % _places.Length;
        return JsonText.FromTrusted(_arena[_places[index]], _originals.Count == 0 ? null : _originals.GetValueOrDefault(index));
    }

    public int RepetitionOf(int jobId) => jobId / _places.Length;
}
