using System.Runtime.InteropServices;

namespace Pyremto;

/// <summary>A column of a table of results. Fields of one row may have the same name, such as those of {"a.b":1,"a":{"b":2}}.</summary>
/// <param name="Name">The dotted name, which its header has.</param>
/// <param name="Nth">Which of a row's fields of that name it has, from 0 on.</param>
internal readonly record struct CsvColumn(string Name, int Nth);

/// <summary>Finds the columns of the fields of one row after the other. Not thread-safe.</summary>
internal sealed class CsvRowColumns
{
    private readonly Dictionary<string, int> _met = new(StringComparer.Ordinal);

    /// <summary>A row begins.</summary>
    public void Begin() => _met.Clear();

    /// <summary>The column of the row's next field.</summary>
    public CsvColumn Of(string name)
    {
        ref var met = ref CollectionsMarshal.GetValueRefOrAddDefault(_met, name, out _);
        return new CsvColumn(name, met++);
    }
}
