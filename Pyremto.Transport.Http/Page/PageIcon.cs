using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>The page's icon: a ring that is closed as far as the work is, so that a tab among many tells it.</summary>
internal static class PageIcon
{
    public const string Name = "icon.svg";

    private const double Radius = 12;
    private const string Whole = "#a9b3ef";
    private const string Done = "#3346c8";

    /// <exception cref="InvalidRequestException">The query's percent is none.</exception>
    public static PageFile Of(HttpContext context)
    {
        var percent = Query.Int32(context, "percent") ?? 0;
        if (percent is < 0 or > 100)
            throw new InvalidRequestException($"percent is {percent.ToString(CultureInfo.InvariantCulture)}: 0 to 100 is allowed.");
        var around = 2 * Math.PI * Radius;
        var content = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"""
             <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke-width="7"><circle cx="16" cy="16" r="{Radius}" stroke="{Whole}"/>
             <circle cx="16" cy="16" r="{Radius}" stroke="{Done}" stroke-dasharray="{around * percent / 100:0.##} 99" transform="rotate(-90 16 16)"/></svg>
             """));
        return new PageFile(content, "image/svg+xml", EntityTag.Of(content));
    }
}
