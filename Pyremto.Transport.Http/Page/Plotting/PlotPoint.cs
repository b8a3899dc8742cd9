namespace Pyremto;

/// <summary>A point of a plot; where results are folded, the mean of those of one description.</summary>
/// <param name="X">Where it is.</param>
/// <param name="Y">Where it is.</param>
/// <param name="Colour">The value that colours it; NaN for none.</param>
/// <param name="JobId">Its job, the first of them where they are folded.</param>
/// <param name="Count">Of how many results it is.</param>
/// <param name="Spread">The sample standard deviation of y; NaN for a single result.</param>
internal readonly record struct PlotPoint(double X, double Y, double Colour, int JobId, int Count, double Spread);

/// <summary>Where a reader of points stands: what it has already, so that it gets only what is new.</summary>
/// <param name="Thinning">The choice of points that it has; another one is sent whole.</param>
/// <param name="Version">The newest version of them that it has.</param>
internal readonly record struct PlotCursor(long Thinning, long Version);
