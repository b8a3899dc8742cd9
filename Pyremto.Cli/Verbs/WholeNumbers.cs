using System.CommandLine;
using System.Globalization;

namespace Pyremto.Cli.Verbs;

/// <summary>Options that take a whole number.</summary>
internal static class WholeNumbers
{
    /// <summary>An option that takes one.</summary>
    /// <param name="name">What is typed, and what else may be.</param>
    /// <param name="description">What it is, in the help.</param>
    /// <param name="letter">What stands for the number in the help.</param>
    /// <param name="least">The least that makes sense.</param>
    /// <param name="most">The most.</param>
    public static Option<int?> Option(string[] name, string description, string letter = "N", int least = 1, int most = int.MaxValue) => new(name[0], name[1..])
    {
        Description = description,
        HelpName = letter,
        CustomParser = result =>
        {
            if (!int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                result.AddError($"'{result.Tokens[0].Value}' is no whole number for {name[0]}.");
            else if (number < least || number > most)
                result.AddError(most == int.MaxValue ? $"{name[0]} has to be at least {least}." : $"{name[0]} goes from {least} to {most}.");
            else
                return number;
            return null;
        },
    };
}
