using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Inputs;

/// <summary>Jobs as the product of several axes; the first varies slowest.</summary>
internal sealed class GridInput : IJobInput
{
    private const long MostJobs = 100_000_000;

    private readonly IReadOnlyList<GridAxis> _axes;
    private readonly FieldTree _fields = new();
    private readonly int _count;

    /// <exception cref="CommandException">An axis is not written well, is there twice, or their product is too large.</exception>
    public GridInput(IReadOnlyList<string> axes)
    {
        _axes = [.. axes.Select(GridAxis.Parse)];
        for (var i = 0; i < _axes.Count; i++)
        {
            if (_fields.Add(_axes[i].Field, i) is { } problem)
                throw CommandException.WrongUse($"--grid {axes[i]}: {problem}");
        }
        var count = _axes.Aggregate(1L, static (product, axis) => product > MostJobs ? product : product * axis.Values.Count);
        if (count > MostJobs)
            throw CommandException.WrongUse($"--grid: the product has more than {MostJobs:N0} jobs: leave values out, or cut it into several runs.");
        _count = (int)count;
    }

    public string Name => "--grid";

    /// <summary>The fields that vary, the slowest first.</summary>
    public IEnumerable<string> Fields => _axes.Select(static axis => axis.Field);

    public Task<IReadOnlyList<JsonText>> ReadAsync(CancellationToken cancellationToken)
    {
        var jobs = new List<JsonText>(_count);
        var values = new byte[_axes.Count][];
        for (var number = 0; number < _count; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rest = number;
            for (var axis = _axes.Count - 1; axis >= 0; axis--)
                (rest, values[axis]) = (rest / _axes[axis].Values.Count, _axes[axis].Values[rest % _axes[axis].Values.Count]);
            jobs.Add(_fields.Describe(values));
        }
        return Task.FromResult<IReadOnlyList<JsonText>>(jobs);
    }
}
