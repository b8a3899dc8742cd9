namespace Pyremto;

/// <summary>How a <see cref="RemoteControl"/> is opened.</summary>
public sealed record RemoteControlOptions
{
    /// <summary>The tag to work with; it is created where it does not exist, unless <see cref="MustExist"/> says otherwise.</summary>
    /// <value>The default, <see langword="null"/>, creates a new tag with a made-up name.</value>
    public string? Tag { get; init; }

    /// <summary>Whether opening fails with <see cref="TagUnknownException"/> where the tag does not exist, rather than create it.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool MustExist { get; init; }

    /// <summary>The tag's password (S15): that of the tag there is, or what a new one gets.</summary>
    /// <value>The default, <see langword="null"/>, is none.</value>
    public string? Password { get; init; }

    /// <summary>Whether the password has at least 128 random bits, so that a new tag need not hash it slowly: see
    /// <see cref="CreateTag.PasswordIsRandom"/>.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool PasswordIsRandom { get; init; }

    /// <summary>
    /// A view token of the tag, in place of the password: it reads progress and results. The tag has to exist, and members that change
    /// something, or ask for jobs, throw <see cref="WrongPasswordException"/> without asking the coordinator.
    /// </summary>
    /// <value>The default, <see langword="null"/>, is none.</value>
    public string? ViewToken { get; init; }

    /// <summary>Whether a QR code is printed to <see cref="Output"/> when the tag is open.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool ShowQr { get; init; }

    /// <summary>Where the same code is written to as a PNG; an existing file is replaced, the folder has to exist.</summary>
    /// <value>The default, <see langword="null"/>, writes none.</value>
    public string? QrImagePath { get; init; }

    /// <summary>
    /// The address at which the coordinator's pages are seen from a phone, absolute, http or https. The code leads to the tag's
    /// progress page there, with a view token, which reads progress and results alone.
    /// </summary>
    /// <value>
    /// The default, <see langword="null"/>, is what the coordinator says: where this process listens on HTTP, or where it is used over
    /// HTTP. Where it has no pages the code holds the tag itself.
    /// </value>
    public Uri? PublicUrl { get; init; }

    /// <summary>Where the code is printed.</summary>
    /// <value>The default, <see langword="null"/>, is <see cref="Console.Out"/>.</value>
    public TextWriter? Output { get; init; }

    /// <summary>
    /// How long a call goes on trying, with the same request id, while the coordinator cannot be reached or its store cannot keep
    /// anything (S8, S14). <see cref="Timeout.InfiniteTimeSpan"/> is for ever. Opening tries for 10 seconds at most.
    /// </summary>
    /// <value>The default is 5 minutes. Zero or more, or infinite.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The clock for waiting and heartbeats.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where ids and jitter come from.</summary>
    /// <value>The default, <see langword="null"/>, is the operating system.</value>
    public IRandomSource? RandomSource { get; init; }

    /// <summary>The tag's name; secrets are left out.</summary>
    public override string ToString() => Tag ?? "(new tag)";
}
