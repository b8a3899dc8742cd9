using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;
using Pyremto.Cli.Working;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto work</c>: asks for jobs and runs a program on each.</summary>
internal sealed class WorkCommand : Verb
{
    private readonly WorkOptions _options = new();
    private readonly ConnectionOptions _connection = new();

    public WorkCommand()
        : base(
            "work", "Asks for jobs and runs a program on each, until nothing is left",
            "pyremto work --tag search -- python3 train.py --lr {lr}",
            "pyremto work --tag search --url http://lab-server:5080 --password-file ~/.search -c 4 --gpus 0,1,2,3 -- ./train.sh",
            "pyremto work --tag search --stop-after 3h50m --grace 60s -- ./simulate {model.seed}")
    {
        _options.AddTo(this);
        _connection.AddTo(this);
    }

    public override async Task<int> RunAsync(VerbContext context)
    {
        var location = _connection.Locate(context.Parsed);
        var settings = await _options.ReadAsync(context, location);
        return await new WorkSession(settings, location, context).RunAsync();
    }
}
