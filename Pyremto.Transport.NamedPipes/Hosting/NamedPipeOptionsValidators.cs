using Microsoft.Extensions.Options;

namespace Pyremto;

/// <summary>Checks the ranges that stand at the options.</summary>
[OptionsValidator]
internal sealed partial class NamedPipeServerOptionsValidator : IValidateOptions<NamedPipeServerOptions>;

/// <summary>Checks what no attribute can say.</summary>
internal sealed class PeerTimeoutValidator : IValidateOptions<NamedPipeServerOptions>
{
    public ValidateOptionsResult Validate(string? name, NamedPipeServerOptions options) =>
        options.PeerTimeout < TimeSpan.FromSeconds(1) || options.PeerTimeout > TimeSpan.FromHours(1)
            ? ValidateOptionsResult.Fail(
                $"{NamedPipeServerOptions.SectionName}:PeerTimeout is {options.PeerTimeout}; it has to be from 1 second to 1 hour.")
            : ValidateOptionsResult.Success;
}

/// <inheritdoc cref="PeerTimeoutValidator"/>
internal sealed class ReconnectForValidator : IValidateOptions<NamedPipeClientOptions>
{
    public ValidateOptionsResult Validate(string? name, NamedPipeClientOptions options) =>
        options.ReconnectFor < TimeSpan.Zero || options.ReconnectFor > TimeSpan.FromHours(1)
            ? ValidateOptionsResult.Fail(
                $"{NamedPipeClientOptions.SectionName}:ReconnectFor is {options.ReconnectFor}; it has to be from zero to 1 hour.")
            : ValidateOptionsResult.Success;
}
