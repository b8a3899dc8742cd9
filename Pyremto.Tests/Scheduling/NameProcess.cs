using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Scheduling;

/// <summary>A process of its own that tries names for tags, since a process cannot change what it knows of Unicode.</summary>
internal static class NameProcess
{
    public const string Verb = "names";

    /// <summary>Says for each name, given as the hexadecimal numbers of its characters, whether a tag may have it.</summary>
    public static async Task RunAsync(string[] names)
    {
        await using var scheduler = new JobScheduler(
            JournaledJobStore.InMemory(TimeProvider.System), new PyremtoOptions(), TimeProvider.System, new SeededRandom(1),
            NullLogger<JobScheduler>.Instance);
        await scheduler.StartAsync(CancellationToken.None);
        foreach (var name in names)
        {
            var text = string.Concat(name.Split(' ').Select(static number => char.ConvertFromUtf32(Convert.ToInt32(number, 16))));
            try
            {
                await scheduler.CreateTagAsync(new CreateTag { Tag = text }, CancellationToken.None);
                Console.WriteLine($"{name}: taken");
            }
            catch (InvalidRequestException error)
            {
                Console.WriteLine($"{name}: refused: {error.Message}");
            }
        }
    }
}
