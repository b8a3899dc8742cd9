using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>Which points are wanted.</summary>
/// <param name="X">The field of the x axis.</param>
/// <param name="Y">The field of the y axis.</param>
/// <param name="Colour">The field that colours points; null for none.</param>
/// <param name="Fold">Whether results of one description are one point.</param>
/// <param name="Most">How many points at most.</param>
internal sealed record PlotQuery(string X, string Y, string? Colour, bool Fold, int Most)
{
    private const int LeastPoints = 16;
    private const int MostPoints = 10_000;
    private const int UsualPoints = 2000;

    /// <summary>What the request asks for; null where it names no axes.</summary>
    /// <exception cref="InvalidRequestException">A parameter makes no sense.</exception>
    public static PlotQuery? Of(HttpContext context)
    {
        var (x, y, colour) = (Field(context, "x"), Field(context, "y"), Field(context, "colour"));
        var fold = Query.Flag(context, "fold");
        var most = Query.Int32(context, "most") ?? UsualPoints;
        if (most is < LeastPoints or > MostPoints)
            throw new InvalidRequestException($"most is {most}: from {LeastPoints} to {MostPoints} points are given.");
        if ((x is null) != (y is null) || (x is null && colour is not null))
            throw new InvalidRequestException("A plot needs both x and y; without them only the fields are told.");
        return x is null ? null : new PlotQuery(x, y!, colour, fold, most);
    }

    private static string? Field(HttpContext context, string name) =>
        Query.Text(context, name) is not { } field ? null
        : field.Length <= NumericFieldReader.LongestName ? field
        : throw new InvalidRequestException($"{name} is longer than the name of any field.");
}
