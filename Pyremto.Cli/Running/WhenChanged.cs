namespace Pyremto.Cli.Running;

/// <summary>What becomes of the results of earlier runs when the program's line has changed since.</summary>
internal enum WhenChanged
{
    /// <summary>Nobody said it, so nothing is run.</summary>
    Ask,

    /// <summary>They stay, and what is left is run with the new line.</summary>
    Keep,

    /// <summary>They are thrown away, and everything is run anew; also where nothing has changed.</summary>
    Fresh,
}
