using System.Runtime.InteropServices;
using System.Text.Json;

namespace Pyremto.Cli.Programs;

/// <summary>The fields of one job's description, by name or by path.</summary>
internal sealed class DescriptionFields(JsonText description) : IDisposable
{
    private const int MostNamesTold = 30;

    private readonly JsonDocument _document = JsonDocument.Parse(description.Utf8, new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });

    public void Dispose() => _document.Dispose();

    /// <summary>Whether there is such a field.</summary>
    public bool Has(string path) => TryFind(_document.RootElement, path, out _);

    /// <summary>A field as text: strings as they are, all else as its JSON text.</summary>
    /// <exception cref="JobFailedException">There is no such field, or it is no text.</exception>
    public string Text(string path, string argument)
    {
        if (!TryFind(_document.RootElement, path, out var value))
        {
            throw new JobFailedException(
                $"The argument '{argument}' needs the field '{path}', which the job's description lacks; it has {Names()}. "
                + "Write {{ and }} for braces that are meant as such.");
        }
        if (value.ValueKind != JsonValueKind.String)
            return value.GetRawText();
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new JobFailedException($"The argument '{argument}' cannot be passed: the job's field '{path}' holds half of a surrogate pair.");
        }
    }

    /// <summary>A name with dots in it counts before a path of that look.</summary>
    private static bool TryFind(JsonElement element, ReadOnlySpan<char> path, out JsonElement value)
    {
        value = default;
        if (element.ValueKind != JsonValueKind.Object)
            return false;
        if (TryGet(element, path, out value))
            return true;
        for (var dot = path.IndexOf('.'); dot >= 0;)
        {
            if (TryGet(element, path[..dot], out var inner) && TryFind(inner, path[(dot + 1)..], out value))
                return true;
            var next = path[(dot + 1)..].IndexOf('.');
            dot = next < 0 ? -1 : dot + 1 + next;
        }
        return false;
    }

    /// <summary>The last property of that name, as elsewhere; <see cref="JsonElement"/>'s own search throws where a name holds half of a
    /// surrogate pair.</summary>
    private static bool TryGet(JsonElement element, ReadOnlySpan<char> name, out JsonElement value)
    {
        value = default;
        foreach (var property in element.EnumerateObject())
        {
            if (name.SequenceEqual(NameOf(property)))
                value = property.Value;
        }
        return value.ValueKind != JsonValueKind.Undefined;
    }

    private static string NameOf(JsonProperty property)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        if (!raw.Contains((byte)'\\'))
            return property.Name;
        var readable = new Utf8JsonReader(JsonText.Parse([(byte)'"', .. raw, (byte)'"']).Readable.Span);
        readable.Read();
        return readable.GetString()!;
    }

    /// <summary>The names of all fields, for a person to read.</summary>
    public string Names()
    {
        var names = new List<string>();
        Collect(_document.RootElement, "", names);
        if (names.Count == 0)
            return "none";
        var told = string.Join(", ", names.Take(MostNamesTold).Select(name => $"'{name}'"));
        return names.Count > MostNamesTold ? told + " and more" : told;
    }

    private static void Collect(JsonElement element, string prefix, List<string> names)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (names.Count > MostNamesTold)
                return;
            if (property.Value.ValueKind == JsonValueKind.Object)
                Collect(property.Value, $"{prefix}{NameOf(property)}.", names);
            else
                names.Add(prefix + NameOf(property));
        }
    }
}
