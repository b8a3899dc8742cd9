using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Pyremto;

/// <summary>
/// The contracts as the client reads them: what lacks a part that a coordinator's answer always has, or has nothing where an item
/// should be, cannot be read.
/// </summary>
internal static class AnswerJson
{
    private static readonly JsonSerializerOptions Options = new(PyremtoJson.Default.Options)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(PyremtoJson.Default, HttpJson.Default).WithAddedModifier(RequireAllParts),
    };

    /// <summary>How an answer is read.</summary>
    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    /// <summary>Reads an answer.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static T Read<T>(ReadOnlySpan<byte> body)
    {
        var answer = JsonSerializer.Deserialize(body, Of<T>()) ?? throw new JsonException("The answer is null.");
        RequireItems(answer);
        return answer;
    }

    private static void RequireAllParts(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        foreach (var property in type.Properties)
        {
            // What may be null is left out where it is.
            if (property.AssociatedParameter is { HasDefaultValue: false, IsNullable: false })
                property.IsRequired = true;
        }
        var lists = type.Properties.Where(static property => property.PropertyType.IsAssignableTo(typeof(IEnumerable<object>))).ToArray();
        if (lists.Length == 0)
            return;
        type.OnDeserialized = part =>
        {
            foreach (var list in lists)
                RequireItems(list.Get!(part));
        };
    }

    private static void RequireItems(object? list)
    {
        if (list is IEnumerable<object?> items && items.Contains(null))
            throw new JsonException("A list has nothing where an item should be.");
    }
}
