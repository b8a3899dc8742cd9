using System.Globalization;
using System.Text;

namespace Pyremto.Cli.Programs;

/// <summary>Takes a job from its description to its result by running the program once. For one slot and its thread.</summary>
internal sealed class ProgramExecutor(
    ProgramSettings settings, string file, IProgramLauncher launcher, ResultReader results, OrphanGuard guard, PrivateFolder folder, FailedOutput? failedOutput)
    : IDisposable
{
    /// <summary>A program that has written more may have filled the disk itself.</summary>
    private const long MostOfInnocent = 1 << 20;

    private readonly AttemptOutput _output = new(settings, folder.Path, failedOutput);
    private readonly FailureReport _failures = new(settings);
    private int _runs;

    public void Dispose() => _output.Dispose();

    /// <summary>Runs the program and says what came of it; throws nothing.</summary>
    public void Execute(ProgramRun run)
    {
        if (run.Cause != StopCause.None)
        {
            run.Finish(new OperationCanceledException());
            return;
        }
        try
        {
            Run(run);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            run.Finish(new JobFailedException($"What the program wrote could not be read on {Environment.MachineName}: {error.Message}", error));
        }
        catch (Exception error)
        {
            run.Finish(error);
        }
    }

    private void Run(ProgramRun run)
    {
        var resultFile = Path.Combine(folder.Path, $"result-{run.Slot}-{_runs++}.json");
        var arguments = settings.Line.ArgumentsFor(run.Description);
        var program = Start(run, arguments, resultFile);
        guard.Watch(run.Slot, program.Id);
        run.Started(program);
        try
        {
            Await(run, program, resultFile);
        }
        catch
        {
            _output.Renew(); // it may still hold what this program wrote
            throw;
        }
        finally
        {
            if (!program.EndRest())
                _output.Renew();
            guard.Watch(run.Slot, 0);
        }
    }

    private void Await(ProgramRun run, IRunningProgram program, string resultFile)
    {
        var exit = program.WaitForExit();
        var cause = run.Ended();
        if (cause != StopCause.None)
            program.WaitForStopped();
        var (result, error) = Judge(run, exit, cause, resultFile);
        if (error is null)
            run.Finish(result);
        else
            run.Finish(error);
    }

    private IRunningProgram Start(ProgramRun run, IReadOnlyList<string> arguments, string resultFile)
    {
        try
        {
            folder.Ensure();
            _output.Open(run.Job.Tag, run.Job.JobId, run.Job.Attempt);
            return launcher.Start(new ProgramStart
            {
                Slot = run.Slot,
                File = file,
                Name = settings.Line.Program,
                Arguments = arguments,
                Variables = Variables(run, resultFile),
                Input = run.Description.Utf8,
                Output = _output.Output,
                Error = _output.Error,
                ResultFile = resultFile,
            });
        }
        catch (Exception error)
        {
            _output.Renew();
            if (error is IOException or UnauthorizedAccessException)
                throw new MachineFaultException($"No program can be run on {Environment.MachineName} now: {error.Message}", error);
            throw;
        }
    }

    /// <summary>What the run comes to, with its output put away.</summary>
    private (JsonText Result, Exception? Error) Judge(ProgramRun run, ProgramExit exit, StopCause cause, string resultFile)
    {
        JsonText result = default;
        Exception? error = null;
        if (cause == StopCause.TimedOut)
            error = _failures.TimedOut(_output.Error, _output.Output);
        else if (exit.Code != 0)
            error = cause == StopCause.Cancelled ? new OperationCanceledException() : _failures.Exited(exit, _output.Error, _output.Output);
        else
        {
            try
            {
                result = results.Read(resultFile, _output.Output);
            }
            catch (JobFailedException problem)
            {
                error = cause == StopCause.Cancelled ? new OperationCanceledException() : _failures.NoResult(problem);
            }
        }
        if (error is not null && Path.Exists(resultFile))
            DeleteResult(resultFile);
        if (error is JobFailedException && cause == StopCause.None && _output.Length < MostOfInnocent && folder.FindProblem() is { } fault)
            error = new MachineFaultException(fault, error);
        var job = run.Job;
        var output = _output.Close(job.Tag, job.JobId, job.Attempt, failed: error is JobFailedException);
        return (result, error is JobFailedException failure ? FailureReport.WithOutput(failure, output) : error);
    }

    private static void DeleteResult(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    private List<Variable> Variables(ProgramRun run, string resultFile)
    {
        var job = run.Job;
        var variables = new List<Variable>(8)
        {
            new("PYREMTO_JOB", run.Description.Utf8),
            new("PYREMTO_JOB_ID", Number(job.JobId)),
            new("PYREMTO_ATTEMPT", Number(job.Attempt)),
            new("PYREMTO_TAG", Encoding.UTF8.GetBytes(job.Tag)),
            new("PYREMTO_REPETITION", Number(job.Repetition)),
            new("PYREMTO_SLOT", Number(run.Slot)),
            new(ProgramEnvironment.ResultName, Encoding.UTF8.GetBytes(resultFile)),
        };
        if (settings.Gpus.Count > 0)
            variables.Add(new("CUDA_VISIBLE_DEVICES", Encoding.UTF8.GetBytes(settings.Gpus[run.Slot % settings.Gpus.Count])));
        return variables;
    }

    private static byte[] Number(int value) => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
}
