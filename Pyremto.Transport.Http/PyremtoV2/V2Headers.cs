using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Primitives;

namespace Pyremto;

/// <summary>The request headers in which the pyremto v2 protocol says everything.</summary>
internal static class V2Headers
{
    public const string Version = "backendversion";
    public const string Tag = "tag";
    public const string Password = "password";
    public const string Name = "name";
    public const string AliveInterval = "alive-interval-minutes";
    public const string MaxAttempts = "max-redistribution-attempts";
    public const string JobId = "jobid";
    public const string Value = "value";
    public const string Description = "description";
    public const string X = "x";
    public const string Y = "y";

    /// <summary>
    /// Lets Kestrel take the values that people choose in Latin-1 too. Where the host has chosen an encoding for a header, that stays.
    /// It holds for connections that are opened from now on.
    /// </summary>
    public static void AcceptLatin1(KestrelServerOptions options)
    {
        var chosen = options.RequestHeaderEncodingSelector;
        options.RequestHeaderEncodingSelector = name => chosen(name) ?? (IsText(name) ? Utf8OrLatin1Encoding.Instance : null);
    }

    /// <summary>Whether a header says <c>true</c>.</summary>
    public static bool Says(this IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var value) && value.Count == 1 && "true".Equals(value[0], StringComparison.OrdinalIgnoreCase);

    /// <summary>A header's text in normal form C (S16); null where it is absent or empty.</summary>
    /// <exception cref="InvalidRequestException">It is there more than once.</exception>
    public static string? Text(this IHeaderDictionary headers, string name)
    {
        if (!headers.TryGetValue(name, out var values) || StringValues.IsNullOrEmpty(values))
            return null;
        if (values.Count > 1)
            throw new InvalidRequestException($"The header '{name}' is there {values.Count} times; once is right.");
        var value = values[0]!;
        try
        {
            return Ascii.IsValid(value) ? value : value.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            throw new InvalidRequestException($"The header '{name}' is no valid text.");
        }
    }

    /// <summary>A header's whole number, cut to the range of <see cref="int"/>; null where it is absent or empty.</summary>
    /// <exception cref="InvalidRequestException">It is there more than once, or no whole number.</exception>
    public static int? Integer(this IHeaderDictionary headers, string name)
    {
        if (headers.Text(name) is not { } text)
            return null;
        var digits = text.AsSpan(text[0] is '-' or '+' ? 1 : 0);
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
            throw new InvalidRequestException($"The header '{name}' is no whole number.");
        return int.TryParse(text, out var number) ? number : text[0] == '-' ? int.MinValue : int.MaxValue;
    }

    private static bool IsText(string name) =>
        Is(name, Tag) || Is(name, Password) || Is(name, Name) || Is(name, Value) || Is(name, Description);

    private static bool Is(string name, string header) => name.Equals(header, StringComparison.OrdinalIgnoreCase);
}
