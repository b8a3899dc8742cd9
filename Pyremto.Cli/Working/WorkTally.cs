using System.Globalization;
using System.Text;

namespace Pyremto.Cli.Working;

/// <summary>What came of the jobs of a worker so far. Not thread-safe.</summary>
internal sealed class WorkTally
{
    public int Done { get; private set; }

    /// <summary>How many results nobody took, since there was one before.</summary>
    public int AlreadyDone { get; private set; }

    public int Failed { get; private set; }

    public int GivenBack { get; private set; }

    public int NotNeeded { get; private set; }

    public void Add(WorkOutcome outcome)
    {
        switch (outcome)
        {
            case WorkOutcome.Done:
                Done++;
                break;
            case WorkOutcome.Failed:
                Failed++;
                break;
            case WorkOutcome.GivenBack:
                GivenBack++;
                break;
            default:
                NotNeeded++;
                break;
        }
    }

    /// <summary>A result that was counted as done was not taken.</summary>
    public void NotTaken()
    {
        Done--;
        AlreadyDone++;
    }

    /// <summary>As in <c>12 done, 1 failed</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Done} done");
        Append(AlreadyDone, "already done by others");
        Append(Failed, "failed");
        Append(GivenBack, "given back");
        Append(NotNeeded, "not needed any more");
        return text.ToString();

        void Append(int count, string what)
        {
            if (count > 0)
                text.Append(CultureInfo.InvariantCulture, $", {count} {what}");
        }
    }
}
