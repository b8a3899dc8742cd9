using System.Text.RegularExpressions;

namespace Pyremto.Cli.Programs;

/// <summary>The output of failed attempts that lies in the user's state directory, where nobody tidies up.</summary>
internal static partial class FailedOutput
{
    private const long MostBytes = 1L << 30;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Deletes what is older than 30 days, and the oldest of what is more than 1 GiB. What cannot be deleted stays.</summary>
    /// <param name="folder">The folder; it need not be there.</param>
    /// <param name="now">The time.</param>
    /// <param name="mostBytes">How much may stay.</param>
    public static void Trim(string folder, DateTimeOffset now, long mostBytes = MostBytes)
    {
        try
        {
            var files = new DirectoryInfo(folder).EnumerateFiles().Where(static file => Name().IsMatch(file.Name)).OrderByDescending(static file => file.LastWriteTimeUtc);
            var bytes = 0L;
            foreach (var file in files)
            {
                bytes += file.Length;
                if (bytes > mostBytes || now.UtcDateTime - file.LastWriteTimeUtc > Longest)
                    file.Delete();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // There is none, or another worker tidies up.
        }
    }

    /// <summary>The names that <see cref="OutputName"/> and <see cref="AttemptOutput"/> make.</summary>
    [GeneratedRegex(@"-job-\d+-attempt-\d+\.(err|out)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
