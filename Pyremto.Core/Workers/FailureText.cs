using System.Text;

namespace Pyremto;

/// <summary>What is reported of an exception: type and message of it and of what caused it, and the stacks where they are asked
/// for.</summary>
internal static class FailureText
{
    private const int MaxLength = 16 * 1024;
    private const int MaxOwnLength = 64 << 10;
    private const int MaxCauses = 8;

    public static string Of(Exception error, bool withStacks = false)
    {
        var isOwn = error is JobFailedException;
        if (isOwn && !withStacks)
            return Cut(error.Message, MaxOwnLength);
        var text = new StringBuilder();
        var causes = 0;
        for (var cause = Unwrap(error); cause is not null && causes < MaxCauses; cause = cause.InnerException, causes++)
        {
            if (causes > 0)
                text.Append("\ncaused by ");
            if (causes > 0 || !isOwn)
                text.Append(cause.GetType().Name).Append(": ");
            text.Append(cause.Message);
            if (withStacks && cause.StackTrace is { } stack)
                text.Append('\n').Append(stack);
        }
        return Cut(text.ToString(), isOwn ? MaxOwnLength : MaxLength);
    }

    private static Exception Unwrap(Exception error) =>
        error is AggregateException { InnerExceptions: [var only] } ? Unwrap(only) : error;

    /// <summary>Cut as S9 has it, with room for the sign of it.</summary>
    private static string Cut(string text, int most) => text.Length <= most ? text : string.Concat(text.AsSpan(0, most - 2), " …");
}
