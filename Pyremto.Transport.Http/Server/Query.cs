using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>Reads what stands in the address of a request.</summary>
internal static class Query
{
    /// <exception cref="InvalidRequestException">The route's id is no number.</exception>
    public static int JobId(HttpContext context) =>
        int.TryParse(context.Request.RouteValues["id"] as string, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new InvalidRequestException("A job's id is a whole number from 0.");

    /// <summary>A parameter; null where it is absent or empty.</summary>
    public static string? Text(HttpContext context, string name) =>
        context.Request.Query.TryGetValue(name, out var values) && values is [{ Length: > 0 } value, ..] ? value : null;

    public static int? Int32(HttpContext context, string name) =>
        Text(context, name) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw new InvalidRequestException($"{name} has to be a whole number.");

    public static Guid? Id(HttpContext context, string name) =>
        Text(context, name) is not { } text ? null
        : Guid.TryParse(text, out var id) ? id
        : throw new InvalidRequestException($"{name} has to be an instance id as a hand-out names it.");

    public static bool Flag(HttpContext context, string name) => Text(context, name) switch
    {
        null or "false" or "0" => false,
        "true" or "1" => true,
        _ => throw new InvalidRequestException($"{name} has to be true or false."),
    };

    /// <summary>One of several words; <paramref name="absent"/> where there is none.</summary>
    public static T OneOf<T>(HttpContext context, string name, T absent, params ReadOnlySpan<(string Word, T Value)> words)
    {
        if (Text(context, name) is not { } text)
            return absent;
        foreach (var (word, value) in words)
        {
            if (word == text)
                return value;
        }
        var all = new string[words.Length];
        for (var i = 0; i < all.Length; i++)
            all[i] = words[i].Word;
        throw new InvalidRequestException($"{name} has to be one of: {string.Join(", ", all)}.");
    }
}
