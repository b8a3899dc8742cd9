using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Connecting;

/// <summary>Makes a tag and sets its jobs up: both, or nothing.</summary>
internal static class Submission
{
    /// <summary>Does it.</summary>
    /// <param name="connection">The coordinator.</param>
    /// <param name="name">The tag's name; null lets the coordinator make one up. A tag that is there without jobs, such as one whose set-up was
    /// interrupted, is used.</param>
    /// <param name="password">Its password; null for none.</param>
    /// <param name="setup">The jobs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<TagAccess> SetUpAsync(
        CoordinatorConnection connection, string? name, string? password, JobSetup setup, CancellationToken cancellationToken)
    {
        var scheduler = connection.Scheduler;
        var request = new CreateTag { Tag = name, Password = password, RequestId = connection.Random.NextWord(20) };
        TagAccess tag;
        var isNew = true;
        try
        {
            tag = new TagAccess((await scheduler.CreateTagAsync(request, cancellationToken)).Tag, password);
        }
        catch (WrongPasswordException error)
        {
            throw ConnectionOptions.KeyRefused(error);
        }
        catch (TagTakenException) when (name is not null)
        {
            tag = new TagAccess(name, password);
            isNew = false;
            if ((await scheduler.GetProgressAsync(tag, cancellationToken)).State != TagStatus.NotSetUp)
                throw CommandException.WrongUse($"The tag '{name}' has its jobs already. Choose another --tag, or delete that one with 'pyremto delete'.");
        }
        try
        {
            await scheduler.SetUpJobsAsync(tag, setup, cancellationToken);
            return tag;
        }
        catch (Exception error) when (isNew && error is TooLargeException or InvalidJobException or InvalidRequestException)
        {
            await scheduler.DeleteTagAsync(tag, cancellationToken); // so that the same line, mended, can be repeated
            throw;
        }
    }
}
