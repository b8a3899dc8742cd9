using Pyremto;

namespace HyperparameterSearch;

/// <summary>The work itself: it gets a job's description and answers with its result, wherever it runs.</summary>
internal sealed class ScoreHyperparameters(Diabetes data) : IJobHandler<Hyperparameters, Score>
{
    public Task<Score> RunAsync(Hyperparameters job, JobContext context, CancellationToken cancellationToken) =>
        Task.Run(() => new Score(CrossValidation.MeanSquaredError(data, job.Alpha, job.Gamma, cancellationToken)), cancellationToken);
}
