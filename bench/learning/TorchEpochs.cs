using System.Diagnostics;
using System.Globalization;

namespace Starling.Bench.Learning;

/// <summary>The other side: a Python process that trains an epoch when asked, with one thread and nothing else on its mind.</summary>
internal sealed class TorchEpochs : IDisposable
{
    private readonly Process process;

    public TorchEpochs(string python, string script, string? data)
    {
        var start = new ProcessStartInfo(python) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(script);
        if (data is not null)
        {
            start.ArgumentList.Add("--data");
            start.ArgumentList.Add(data);
        }

        foreach (var name in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" })
            start.Environment[name] = "1";

        // These make OpenBLAS choose its kernels for another processor than this one.
        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        process = Process.Start(start) ?? throw new InvalidOperationException($"{python} does not start.");
        Description = Read();
    }

    /// <summary>Version, threads and BLAS.</summary>
    public string Description { get; }

    /// <summary>Begins a case; returns the form that was the fastest.</summary>
    public string Start(Case settings) => Ask(settings.Command);

    /// <summary>One pass over all rows in a fresh order.</summary>
    public EpochTime Epoch()
    {
        var parts = Ask("epoch").Split(' ');
        return new EpochTime(double.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>The share of rows whose class is predicted.</summary>
    public double Accuracy() => double.Parse(Ask("accuracy"), CultureInfo.InvariantCulture);

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private string Ask(string command)
    {
        process.StandardInput.WriteLine(command);
        process.StandardInput.Flush();
        return Read();
    }

    private string Read() => process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException("PyTorch ended; is it installed for this Python? Name another with --python.");
}
