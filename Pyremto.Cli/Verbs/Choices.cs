using System.CommandLine;

namespace Pyremto.Cli.Verbs;

/// <summary>Options that take one of a few words.</summary>
internal static class Choices
{
    /// <summary>An option that takes one.</summary>
    /// <param name="name">What is typed, and what else may be.</param>
    /// <param name="description">What it is, in the help.</param>
    /// <param name="helpName">What stands for the word in the help.</param>
    /// <param name="values">The words, each with what it means.</param>
    public static Option<T?> Option<T>(string[] name, string description, string helpName, params (string Word, T Value)[] values)
        where T : struct
    {
        string[] words = [.. values.Select(static value => value.Word)];
        var option = new Option<T?>(name[0], name[1..])
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                if (Array.IndexOf(words, result.Tokens[0].Value) is >= 0 and var index)
                    return values[index].Value;
                result.AddError($"{name[0]} takes {string.Join(", ", words[..^1])} or {words[^1]}, not '{result.Tokens[0].Value}'.");
                return null;
            },
        };
        option.CompletionSources.Clear(); // those of an enumeration are its names in C#
        option.CompletionSources.Add(words);
        return option;
    }
}
