using MathNet.Numerics.LinearAlgebra;

namespace HyperparameterSearch;

/// <summary>Kernel ridge regression with the RBF kernel k(x, z) = exp(−γ‖x − z‖²): fitted by solving (K + αI) w = y.</summary>
internal sealed class KernelRidgeRegression
{
    private readonly double[][] _rows;
    private readonly double _gamma;
    private readonly Vector<double> _weights;

    private KernelRidgeRegression(double[][] rows, double gamma, Vector<double> weights) =>
        (_rows, _gamma, _weights) = (rows, gamma, weights);

    public static KernelRidgeRegression Fit(double[][] rows, double[] targets, double alpha, double gamma)
    {
        var k = Matrix<double>.Build.Dense(rows.Length, rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            k[i, i] = 1 + alpha;
            for (var j = 0; j < i; j++)
                k[i, j] = k[j, i] = Kernel(rows[i], rows[j], gamma);
        }

        return new(rows, gamma, k.Cholesky().Solve(Vector<double>.Build.Dense(targets)));
    }

    public double Predict(double[] row)
    {
        var sum = 0.0;
        for (var i = 0; i < _rows.Length; i++)
            sum += _weights[i] * Kernel(_rows[i], row, _gamma);
        return sum;
    }

    private static double Kernel(double[] x, double[] z, double gamma)
    {
        var distance = 0.0;
        for (var i = 0; i < x.Length; i++)
            distance += (x[i] - z[i]) * (x[i] - z[i]);
        return Math.Exp(-gamma * distance);
    }
}
