using System.Collections.Frozen;
using System.Reflection;

namespace Pyremto;

/// <summary>The files of the progress page, which are embedded in the assembly. Immutable.</summary>
internal sealed class PageFiles
{
    /// <summary>The page itself: the same for every tag.</summary>
    public const string Index = "index.html";

    private const string Folder = "Page/";

    private readonly FrozenDictionary<string, PageFile> _files;

    private PageFiles(FrozenDictionary<string, PageFile> files) => _files = files;

    /// <summary>Reads them all.</summary>
    public static PageFiles Load()
    {
        var assembly = typeof(PageFiles).Assembly;
        return new PageFiles(assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Folder.Length..], name => Read(assembly, name), StringComparer.Ordinal));
    }

    /// <summary>The names of all files.</summary>
    public IEnumerable<string> Names => _files.Keys;

    /// <summary>A file; null where there is none of that name.</summary>
    public PageFile? Find(string name) => _files.GetValueOrDefault(name);

    private static PageFile Read(Assembly assembly, string name)
    {
        using var resource = assembly.GetManifestResourceStream(name)!;
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return new PageFile(content, TypeOf(name), EntityTag.Of(content));
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".webmanifest" => "application/manifest+json",
        _ => throw new InvalidOperationException($"The page's file '{name}' is of a type that is not known here."),
    };
}

/// <summary>A file as it is sent.</summary>
internal sealed record PageFile(byte[] Content, string ContentType, string ETag);
