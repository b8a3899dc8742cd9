using Pyremto.Cli.Running;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto run</c>: runs a program on every job, on this machine.</summary>
internal sealed class RunCommand : Verb
{
    private readonly RunOptions _options = new();

    public RunCommand()
        : base(
            "run", "Runs a program on every job, on all cores of this machine; the same command again goes on",
            "pyremto run grid.jsonl -o results.csv -- python3 train.py --lr {lr} --depth {model.depth}",
            "pyremto run --grid lr=0.1,0.01 --grid depth=2..8 -c 4 -o results.csv -- python3 train.py --lr {lr} --depth {depth}",
            "pyremto run files.csv --raw -- wc -c {path}",
            "pyremto run grid.jsonl -o results.csv --retry -- python3 train.py --lr {lr}") => _options.AddTo(this);

    public override async Task<int> RunAsync(VerbContext context)
    {
        var session = new RunSession(_options.Read(context), context);
        return await session.RunAsync();
    }
}
