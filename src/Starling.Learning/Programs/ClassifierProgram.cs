using Starling.Core.Kernel;
using Starling.Core.Models;
using Starling.Learning.Data;
using Starling.Learning.Metrics;
using Starling.Learning.Networks;
using Starling.Learning.Optimisers;

namespace Starling.Learning.Programs;

/// <summary>Softmax regression, a multilayer perceptron or a convolutional network, trained by mini-batches on one node's rows.</summary>
public sealed class ClassifierProgram : ITrainingProgram
{
    private readonly DataSet train;
    private readonly DataSet test;
    private readonly SeededRandom initial;
    private readonly SeededRandom order;
    private readonly INetwork network;
    private readonly ClassifierModel model;
    private readonly IOptimiser optimiser;
    private readonly float[] gradient;
    private readonly float[] rows;
    private readonly int[] labels;

    /// <summary>Prepares training.</summary>
    /// <param name="settings">The model and how it learns.</param>
    /// <param name="seed">The experiment's seed, the same on every node.</param>
    /// <param name="node">Which node this is: the key of its batch order.</param>
    /// <param name="train">The node's own rows, at least 1.</param>
    /// <param name="test">The held-out rows, of the same columns and classes.</param>
    /// <exception cref="ArgumentException">The two data sets differ in shape, or there is nothing to train on.</exception>
    /// <exception cref="DataException">The rows are not the images that the settings ask for.</exception>
    public ClassifierProgram(ProgramSettings settings, ulong seed, int node, DataSet train, DataSet test)
    {
        if (train.Rows == 0)
            throw new ArgumentException("There are no rows to train on.", nameof(train));
        if (train.Columns != test.Columns || train.Classes != test.Classes)
            throw new ArgumentException("The test rows have other columns or classes than the training rows.", nameof(test));
        (this.train, this.test) = (train, test);
        var random = new SeededRandom(seed).Fork("classifier");
        initial = random.Fork("initial");
        order = random.Fork($"order {node}");
        var batch = Math.Min(settings.Batch, train.Rows);
        var shape = NetworkChoice.Of(settings, train);
        network = shape.Create(batch);
        model = new ClassifierModel(SchemaOf(shape, settings), shape);
        optimiser = settings.Optimiser == OptimiserKind.Adam
            ? new AdamOptimiser(network.ParameterCount, settings.LearningRate)
            : new SgdOptimiser(network.ParameterCount, settings.LearningRate, settings.Momentum);
        gradient = new float[network.ParameterCount];
        rows = new float[checked(batch * train.Columns)];
        labels = new int[batch];
    }

    /// <inheritdoc/>
    public ModelSchema Schema => model.Schema;

    /// <summary>The tensors of a model for rows of a form, before anybody has such rows.</summary>
    /// <exception cref="DataException">Such rows are not the images that the settings ask for.</exception>
    public static ModelSchema SchemaFor(ProgramSettings settings, DataForm form) =>
        SchemaOf(NetworkChoice.Of(settings, "data.features", form.Features, form.Classes.Length, settings.Batch), settings);

    /// <inheritdoc/>
    public long Examples => train.Rows;

    /// <inheritdoc/>
    public long BatchesPerEpoch => (train.Rows + labels.Length - 1) / labels.Length;

    /// <inheritdoc/>
    public ModelState Initialise()
    {
        var state = new ModelState(Schema);
        network.Initialise(Trained(state), initial.Fork("again"));
        return state;
    }

    /// <inheritdoc/>
    public LocalResult Train(ModelState start, long round, int batches, CancellationToken cancellation)
    {
        Padding.RequireSchema(Schema, start);
        var state = start.Clone();
        var weights = Trained(state);
        var batchOrder = new BatchOrder(order, round, train.Rows);
        var (loss, right) = (0.0, 0L);
        for (var batch = 0; batch < batches; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < labels.Length; i++)
            {
                var row = batchOrder.Next();
                train.Row(row).CopyTo(rows.AsSpan(i * train.Columns));
                labels[i] = train.Labels[row];
            }

            network.Forward(weights, rows, labels.Length);
            for (var i = 0; i < labels.Length; i++)
                right += ClassificationMetrics.Predict(network.Probabilities.Slice(i * train.Classes, train.Classes)) == labels[i] ? 1 : 0;
            loss += network.Backward(weights, rows, labels, gradient);
            optimiser.Step(weights, gradient);
        }

        var examples = (long)batches * labels.Length;
        return new LocalResult(state, examples == 0
            ? new Evaluation(0, 0, null, null, 0)
            : new Evaluation(loss / batches, (double)right / examples, null, null, examples));
    }

    /// <inheritdoc/>
    public Evaluation Evaluate(ModelState state) => model.Evaluate(state, test);

    private static ModelSchema SchemaOf(NetworkShape shape, ProgramSettings settings) =>
        new(Padding.Append(shape.Tensors, settings.PaddingFloats));

    /// <summary>The head of the flat buffer; padding lies behind it.</summary>
    private Span<float> Trained(ModelState state) => state.Values.AsSpan(0, network.ParameterCount);
}
