using Pyremto.Cli.Programs;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Cli.Programs;

public sealed class ProgramFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_name_is_looked_for_on_the_path_from_its_beginning()
    {
        Directory.CreateDirectory(_directory.File("a/tool"));
        Directory.CreateDirectory(_directory.File("b"));
        Directory.CreateDirectory(_directory.File("c"));
        Write("b/tool", executable: false);
        Write("c/tool", executable: true);

        ProgramFile.Locate("tool", $"{_directory.File("a")}::{_directory.File("b")}:{_directory.File("c")}").Should().Be(_directory.File("c/tool"));
    }

    [Fact]
    public void A_path_is_taken_as_it_is_and_a_relative_one_from_the_working_directory()
    {
        Write("tool", executable: true);

        ProgramFile.Locate(_directory.File("tool"), searchPath: null).Should().Be(_directory.File("tool"));
        ProgramFile.Locate(Path.GetRelativePath(Environment.CurrentDirectory, _directory.File("tool")), searchPath: null)
            .Should().Be(_directory.File("tool"));
    }

    [Fact]
    public void A_missing_program_is_told_with_what_to_do()
    {
        Problem("no-such-tool").Should().Contain("'no-such-tool'").And.Contain("PATH").And.Contain("install");
        Problem(_directory.File("none")).Should().Contain(_directory.File("none")).And.Contain("relative paths start at");
    }

    [Fact]
    public void A_folder_is_no_program() => Problem(_directory.Path).Should().Contain("is a folder");

    [Fact]
    public void A_file_that_may_not_be_executed_is_told_with_what_to_do()
    {
        Write("train.py", executable: false);

        Problem(_directory.File("train.py")).Should().Contain("chmod +x").And.Contain("python3 ");
        Problem("train.py").Should().Contain("chmod +x");
    }

    private string Problem(string program) =>
        FluentActions.Invoking(() => ProgramFile.Locate(program, _directory.Path)).Should().Throw<ProgramLineException>().Which.Message;

    private void Write(string name, bool executable)
    {
        var path = _directory.File(name);
        File.WriteAllText(path, "#!/bin/sh\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | (executable ? UnixFileMode.UserExecute : UnixFileMode.None));
    }
}
