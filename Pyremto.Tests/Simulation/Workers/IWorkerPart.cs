namespace Pyremto.Tests.Simulation;

/// <summary>What asks for jobs in a worker's process.</summary>
internal interface IWorkerPart
{
    string Id { get; }

    bool HasEnded { get; }

    Action? Ended { get; set; }

    void Start();

    /// <summary>Asks for nothing more; what runs goes on.</summary>
    void StopAsking();

    /// <summary>Gives back what runs.</summary>
    void StopNow();

    void NotNeeded(JobNotNeeded job);
}
