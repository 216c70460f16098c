using Starling.Core.Kernel;
using Starling.Core.Models;

namespace Starling.Learning.Programs;

/// <summary>
/// A problem of a few parameters whose optimum is known. Every node holds fewer noiseless linear equations <c>a . x = b</c> than there are
/// parameters, all solved by one hidden <c>x*</c>; a batch projects the model onto one equation (Kaczmarz, 1937). Alone a node stays off
/// the optimum; merged nodes converge to it, whichever of them take part in a round. A round costs microseconds.
/// </summary>
public sealed class SyntheticProgram : ITrainingProgram
{
    private const string TensorName = "parameters";
    private const int TestRows = 32;
    private readonly SeededRandom order;
    private readonly SeededRandom start;
    private readonly int parameters;
    private readonly double relaxation;
    private readonly float[] optimum;
    private readonly float[] rows;
    private readonly float[] targets;
    private readonly float[] testRows;

    /// <summary>Draws the equations of some nodes.</summary>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="node">Which node this is: the key of its batch order.</param>
    /// <param name="sources">The nodes whose equations it holds: its own, or all of them for pooled data.</param>
    /// <param name="parameters">How many parameters, at least 1.</param>
    /// <param name="relaxation">The step: 1 projects onto the equation; above 0, below 2.</param>
    /// <param name="padding">Further floats in the model, all zero and never trained.</param>
    public SyntheticProgram(ulong seed, int node, IEnumerable<int> sources, int parameters, double relaxation = 1, long padding = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameters, 1);
        if (!(relaxation is > 0 and < 2))
            throw new ArgumentOutOfRangeException(nameof(relaxation), relaxation, "The step lies between 0 and 2.");
        this.parameters = parameters;
        this.relaxation = relaxation;
        var random = new SeededRandom(seed).Fork("synthetic");
        order = random.Fork($"order {node}");
        start = random.Fork("initial");
        optimum = Normals(random.Fork("optimum"), parameters);
        testRows = UnitRows(random.Fork("test"), TestRows, parameters);
        rows = [.. sources.SelectMany(i => UnitRows(random.Fork($"rows {i}"), RowsPerNode(parameters), parameters))];
        targets = new float[rows.Length / parameters];
        for (var i = 0; i < targets.Length; i++)
            targets[i] = (float)Dot(Row(rows, i), optimum);
        Schema = new ModelSchema(Padding.Append([new TensorSpec(TensorName, parameters)], padding));
    }

    /// <inheritdoc/>
    public ModelSchema Schema { get; }

    /// <inheritdoc/>
    public long Examples => targets.Length;

    /// <inheritdoc/>
    public long BatchesPerEpoch => targets.Length;

    /// <summary>The parameters that solve every node's equations.</summary>
    public ReadOnlySpan<float> Optimum => optimum;

    /// <inheritdoc/>
    public ModelState Initialise()
    {
        var state = new ModelState(Schema);
        Normals(start.Fork("again"), parameters).CopyTo(state.Tensor(TensorName));
        return state;
    }

    /// <inheritdoc/>
    public LocalResult Train(ModelState start, long round, int batches, CancellationToken cancellation)
    {
        Padding.RequireSchema(Schema, start);
        var state = start.Clone();
        var x = state.Tensor(TensorName);
        var batchOrder = new BatchOrder(order, round, targets.Length);
        var loss = 0.0;
        for (var batch = 0; batch < batches; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            var index = batchOrder.Next();
            var row = Row(rows, index);
            var residual = targets[index] - Dot(row, x);
            loss += residual * residual / 2;
            var step = (float)(relaxation * residual);
            for (var i = 0; i < x.Length; i++)
                x[i] += step * row[i];
        }

        return new LocalResult(state, Measure(x, batches == 0 ? 0 : loss / batches, batches));
    }

    /// <summary>Half the mean squared residual of fresh equations; <c>Accuracy</c> is <c>1 / (1 + |x - x*|)</c>.</summary>
    public Evaluation Evaluate(ModelState state)
    {
        Padding.RequireSchema(Schema, state);
        var x = state.Tensor(TensorName);
        var loss = 0.0;
        for (var i = 0; i < TestRows; i++)
        {
            var residual = Dot(Row(testRows, i), optimum) - Dot(Row(testRows, i), x);
            loss += residual * residual / 2;
        }

        return Measure(x, loss / TestRows, TestRows);
    }

    private static int RowsPerNode(int parameters) => Math.Max(1, parameters * 3 / 4);

    private static float[] Normals(SeededRandom random, int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = (float)random.NextNormal();
        return values;
    }

    private static float[] UnitRows(SeededRandom random, int count, int columns)
    {
        var values = Normals(random, count * columns);
        for (var i = 0; i < count; i++)
        {
            var row = values.AsSpan(i * columns, columns);
            var length = Math.Sqrt(Dot(row, row));
            foreach (ref var value in row)
                value = (float)(value / length);
        }

        return values;
    }

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
            sum += (double)left[i] * right[i];
        return sum;
    }

    private ReadOnlySpan<float> Row(float[] matrix, int index) => matrix.AsSpan(index * parameters, parameters);

    private Evaluation Measure(ReadOnlySpan<float> x, double loss, long examples)
    {
        var square = 0.0;
        for (var i = 0; i < x.Length; i++)
            square += ((double)x[i] - optimum[i]) * ((double)x[i] - optimum[i]);
        return new Evaluation(loss, 1 / (1 + Math.Sqrt(square)), Auc: null, F1: null, examples);
    }
}
