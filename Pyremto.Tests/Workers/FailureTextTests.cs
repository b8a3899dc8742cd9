namespace Pyremto.Tests.Workers;

public class FailureTextTests
{
    [Fact]
    public void S9_a_handlers_own_words_are_told_up_to_64_KiB_and_those_of_other_errors_up_to_16()
    {
        FailureText.Of(new JobFailedException(new string('x', 64 << 10))).Should().Be(new string('x', 64 << 10));
        FailureText.Of(new JobFailedException(new string('x', (64 << 10) + 1))).Should().HaveLength(64 << 10).And.EndWith("x …");
        FailureText.Of(new InvalidOperationException(new string('x', 64 << 10))).Should().HaveLength(16 << 10).And.EndWith("x …");
    }
}
