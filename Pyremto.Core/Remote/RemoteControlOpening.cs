namespace Pyremto;

/// <summary>What <see cref="RemoteControl.OpenAsync"/> does: find or create the tag, show its code.</summary>
internal sealed class RemoteControlOpening(IJobScheduler scheduler, RemoteControlOptions options, IRandomSource random, Patience patience)
{
    /// <summary>Refuses options that make no sense before anything is done.</summary>
    public static void Validate(RemoteControlOptions options)
    {
        if (options.Patience < TimeSpan.Zero && options.Patience != Timeout.InfiniteTimeSpan)
            throw new InvalidRequestException($"Patience is {options.Patience}; it has to be zero or more, or infinite.");
        if (options.PublicUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https")))
            throw new InvalidRequestException($"PublicUrl is '{url}'; it has to be an absolute http or https address.");
        if (options is { Tag: null } and ({ MustExist: true } or { ViewToken: not null }))
            throw new InvalidRequestException("The options name no tag: MustExist and ViewToken are for one that exists.");
        if (options is { ViewToken: not null, Password: not null })
            throw new InvalidRequestException("The options hold a password and a view token: give one of both.");
        if (options.QrImagePath is not { } path)
            return;
        if (string.IsNullOrWhiteSpace(path))
            throw new InvalidRequestException("QrImagePath is empty; leave it out where no image is wanted.");
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder for the image of the QR code does not exist: {folder}");
    }

    public async Task<TagAccess> OpenTagAsync(CancellationToken cancellationToken)
    {
        // A tag that is there may be one that this caller may use but not create, so creating is not the first try.
        if (options.Tag is { } tag && await ExistsAsync(tag, cancellationToken).ConfigureAwait(false))
            return await CheckAsync(tag, cancellationToken).ConfigureAwait(false);
        if (options.MustExist || options.ViewToken is not null)
            throw new TagUnknownException($"The tag '{options.Tag}' does not exist, and this call is not to create it.");
        var request = new CreateTag
        {
            Tag = options.Tag,
            Password = options.Password,
            PasswordIsRandom = options.PasswordIsRandom,
            RequestId = random.NextWord(20),
        };
        try
        {
            var created = await patience.RunAsync(token => scheduler.CreateTagAsync(request, token), cancellationToken)
                .ConfigureAwait(false);
            return new TagAccess(created.Tag, options.Password);
        }
        catch (TagTakenException) when (options.Tag is not null)
        {
            // Somebody else created it in between.
            return await CheckAsync(options.Tag, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The address of the progress page; what it reads with is a token, never the password.</summary>
    public Task<PageLink?> FindPageAsync(TagAccess access, CancellationToken cancellationToken) =>
        patience.RunAsync(token => TagPages.FindAsync(scheduler, access, options.PublicUrl, token), cancellationToken);

    public async Task ShowCodeAsync(TagAccess access, PageLink? page, CancellationToken cancellationToken)
    {
        if (options.QrImagePath is { } path)
        {
            var image = TagPages.QrCodes.WritePng(page?.Url.AbsoluteUri ?? access.Tag);
            await File.WriteAllBytesAsync(path, image, cancellationToken).ConfigureAwait(false);
        }
        if (!options.ShowQr)
            return;
        var output = options.Output ?? Console.Out;
        await TagPages.PrintAsync(output, access.Tag, page, TagPages.StyleOf(output), cancellationToken).ConfigureAwait(false);
    }

    private Task<bool> ExistsAsync(string tag, CancellationToken cancellationToken) =>
        patience.RunAsync(token => scheduler.TagExistsAsync(tag, token), cancellationToken);

    private async Task<TagAccess> CheckAsync(string tag, CancellationToken cancellationToken)
    {
        var access = new TagAccess(tag, options.Password, options.ViewToken);
        await patience.RunAsync(token => scheduler.GetProgressAsync(access, token), cancellationToken).ConfigureAwait(false);
        return access;
    }
}
