using System.Buffers;

namespace Pyremto.Cli.Inputs;

/// <summary>
/// The fields of descriptions that are made of columns: <c>model.depth</c> is the field <c>depth</c> of the object <c>model</c>, as results
/// in CSV and <c>{model.depth}</c> of a program's arguments have it. Columns of one object may stand apart.
/// </summary>
internal sealed class FieldTree
{
    private readonly List<Field> _fields = [];

    /// <summary>Adds the next column; answers what is wrong with its name, or null.</summary>
    public string? Add(string name, int column)
    {
        if (name.Length == 0)
            return "A column has no name.";
        var parts = name.Split('.');
        if (parts.Contains(""))
            return $"'{name}' has a dot with no name beside it; 'a.b' is field b of object a.";
        if (parts.Length > JsonText.MaxDepth)
            return $"'{name}' is nested deeper than {JsonText.MaxDepth}.";
        var fields = _fields;
        foreach (var part in parts.SkipLast(1))
        {
            var parent = fields.Find(field => field.Name == part);
            if (parent is null)
                fields.Add(parent = new Field(part, Column: null));
            else if (parent.Column is not null)
                return $"'{name}' needs '{part}' to be an object, but there is a value of that name.";
            fields = parent.Inner;
        }
        if (fields.Exists(field => field.Name == parts[^1]))
            return $"'{name}' is there twice.";
        fields.Add(new Field(parts[^1], column));
        return null;
    }

    /// <summary>Makes a description of one value for each column, each of them JSON.</summary>
    public JsonText Describe(IReadOnlyList<byte[]> values)
    {
        var json = new ArrayBufferWriter<byte>(256);
        Write(_fields, values, json);
        return JsonText.TryParsePython(json.WrittenSpan, out var description, out var problem) ? description : throw new InvalidJobException(problem);
    }

    private static void Write(List<Field> fields, IReadOnlyList<byte[]> values, ArrayBufferWriter<byte> json)
    {
        var separator = (byte)'{';
        foreach (var field in fields)
        {
            json.Write([separator]);
            json.Write(field.Label);
            if (field.Column is { } column)
                json.Write(values[column]);
            else
                Write(field.Inner, values, json);
            separator = (byte)',';
        }
        json.Write("}"u8);
    }

    /// <summary>A field with its column, or with the fields in it.</summary>
    private sealed record Field(string Name, int? Column)
    {
        /// <summary>The name as JSON, with its colon.</summary>
        public byte[] Label { get; } = [.. CellValue.Text(Name), (byte)':'];

        public List<Field> Inner { get; } = [];
    }
}
