using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pyremto;

/// <summary>
/// The numbers of a tag's results, in the order in which they came. What it takes is bounded: where there are too many numbers, it keeps every
/// second result, every fourth …, and those with the least and greatest values. Not thread-safe.
/// </summary>
/// <param name="mostNumbers">How many numbers it keeps at most, 8 bytes each.</param>
internal sealed class PlotTable(long mostNumbers)
{
    /// <summary>Fields that come later are left out.</summary>
    public const int MostFields = 64;

    private const int OfARow = 3; // ordinal, job and group
    private const int OwnFields = 3; // that are ours; two of them grow with every result

    private readonly List<PlotField> _fields = [];
    private readonly Dictionary<string, PlotField> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, int> _groups = [];
    private readonly List<int> _firstJobs = [];
    private readonly List<(PlotField Field, double Value)> _row = [];
    private readonly NumericFieldReader _reader = new();
    private List<int> _ordinals = [];
    private List<int> _jobs = [];
    private List<int> _groupOfRow = [];
    private int _stride = 1;

    public IReadOnlyList<PlotField> Fields => _fields;

    /// <summary>Whether there were more fields, or some with longer names, than are kept.</summary>
    public bool LeavesFieldsOut { get; private set; }

    /// <summary>How many results were taken in.</summary>
    public int Total { get; private set; }

    /// <summary>How many of them are kept.</summary>
    public int Rows => _jobs.Count;

    /// <summary>How many different descriptions there are.</summary>
    public int Groups => _firstJobs.Count;

    /// <summary>Changes when rows get other numbers.</summary>
    public int Generation { get; private set; }

    /// <summary>About how many bytes it takes.</summary>
    public long Weight => (Numbers(Rows) * sizeof(double)) + (Groups * 40L);

    public PlotField? Find(string name) => _byName.GetValueOrDefault(name);

    public int JobOf(int row) => _jobs[row];

    /// <summary>The number of its description: the first is 0.</summary>
    public int GroupOf(int row) => _groupOfRow[row];

    /// <summary>The first job whose description that was.</summary>
    public int FirstJobOf(int group) => _firstJobs[group];

    /// <summary>Takes the next result in.</summary>
    /// <param name="result">The result.</param>
    /// <param name="begin">When the first job of the tag was handed out.</param>
    public void Add(JobResult result, DateTimeOffset begin)
    {
        _row.Clear();
        Take("job_id", result.JobId);
        Take("duration_seconds", result.DurationSeconds);
        Take("elapsed_seconds", (result.DoneAt - begin).TotalSeconds);
        _reader.Read("description", result.Description, Take);
        _reader.Read("result", result.Result, Take);

        var ordinal = Total++;
        var group = GroupOf(result);
        if (ordinal % _stride != 0 && !HoldsRecord())
        {
            foreach (var (field, value) in _row)
                field.Pass(value);
            return;
        }
        var row = Rows;
        foreach (var (field, value) in _row)
            field.Set(row, value);
        _ordinals.Add(ordinal);
        _jobs.Add(result.JobId);
        _groupOfRow.Add(group);
        if (Numbers(Rows) > mostNumbers)
            Thin();
    }

    private long Numbers(int rows) => (long)rows * (_fields.Count + OfARow);

    private bool HoldsRecord()
    {
        for (var i = OwnFields; i < _row.Count; i++)
        {
            if (_row[i].Field.IsRecord(_row[i].Value))
                return true;
        }
        return false;
    }

    private void Take(ReadOnlySpan<char> name, double value)
    {
        if (_byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var field))
        {
            var twice = _row.FindIndex(cell => ReferenceEquals(cell.Field, field)); // a key that stands twice: the last counts
            if (twice >= 0)
                _row[twice] = (field, value);
            else
                _row.Add((field, value));
        }
        else if (_fields.Count < MostFields)
        {
            field = new PlotField(name.ToString());
            _fields.Add(field);
            _byName.Add(field.Name, field);
            _row.Add((field, value));
        }
        else
        {
            LeavesFieldsOut = true;
        }
    }

    /// <summary>Results of one description belong together: repetitions (S18), and what was set up twice.</summary>
    private int GroupOf(JobResult result)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(result.Description.Utf8.Span, hash);
        var key = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        if (!_groups.TryGetValue(key, out var group))
        {
            _groups.Add(key, group = _firstJobs.Count);
            _firstJobs.Add(result.JobId);
        }
        return group;
    }

    private void Thin()
    {
        if (Numbers(Total / _stride) > mostNumbers / 2) // else it was records that became too many
            _stride *= 2;
        var extremes = new HashSet<int>();
        foreach (var field in _fields)
        {
            extremes.Add(field.RowOfMinimum);
            extremes.Add(field.RowOfMaximum);
        }
        var kept = new List<int>();
        for (var row = 0; row < Rows; row++)
        {
            if (_ordinals[row] % _stride == 0 || extremes.Contains(row))
                kept.Add(row);
        }
        foreach (var field in _fields)
            field.Compact(kept);
        _ordinals = kept.ConvertAll(row => _ordinals[row]);
        _jobs = kept.ConvertAll(row => _jobs[row]);
        _groupOfRow = kept.ConvertAll(row => _groupOfRow[row]);
        Generation++;
    }
}
