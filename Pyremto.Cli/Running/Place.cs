namespace Pyremto.Cli.Running;

/// <summary>Where the result of a job of the run is to be found: in which set of jobs, under which id there.</summary>
internal readonly record struct Place(int Set, int JobId);
