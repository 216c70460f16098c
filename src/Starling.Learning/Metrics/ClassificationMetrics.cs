namespace Starling.Learning.Metrics;

/// <summary>Measures of a classifier's scores against the true classes.</summary>
public static class ClassificationMetrics
{
    /// <summary>The class of the highest score; the first of equals. NaN never wins.</summary>
    public static int Predict(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best] || float.IsNaN(scores[best]))
                best = i;
        return best;
    }

    /// <summary>The share of predictions that are right; 0 of no rows.</summary>
    public static double Accuracy(ReadOnlySpan<int> predicted, ReadOnlySpan<int> labels)
    {
        var right = 0;
        for (var i = 0; i < labels.Length; i++)
            right += predicted[i] == labels[i] ? 1 : 0;
        return labels.Length == 0 ? 0 : (double)right / labels.Length;
    }

    /// <summary>
    /// The macro F1: for each class that occurs among labels or predictions <c>2 TP / (2 TP + FP + FN)</c>, averaged. Null of no rows.
    /// </summary>
    public static double? MacroF1(ReadOnlySpan<int> predicted, ReadOnlySpan<int> labels, int classes)
    {
        var hits = new long[classes];
        var seen = new long[classes];
        for (var i = 0; i < labels.Length; i++)
        {
            seen[labels[i]]++;
            seen[predicted[i]]++;
            hits[labels[i]] += predicted[i] == labels[i] ? 1 : 0;
        }

        var (sum, count) = (0.0, 0);
        for (var i = 0; i < classes; i++)
        {
            if (seen[i] == 0)
                continue;
            sum += 2.0 * hits[i] / seen[i];
            count++;
        }

        return count == 0 ? null : sum / count;
    }

    /// <summary>
    /// The area under the receiver operating characteristic, each class against the rest, averaged over the classes that have rows both in
    /// and out of them: the Mann-Whitney rank statistic, ties counting half. Null when no class has, or a score is NaN.
    /// </summary>
    /// <param name="scores">Rows x classes.</param>
    /// <param name="labels">One class a row.</param>
    /// <param name="classes">How many classes.</param>
    public static double? MacroAuc(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, int classes)
    {
        var (sum, count) = (0.0, 0);
        var keys = new float[labels.Length];
        var isMember = new bool[labels.Length];
        for (var c = 0; c < classes; c++)
        {
            var members = 0L;
            for (var i = 0; i < labels.Length; i++)
            {
                keys[i] = scores[(i * classes) + c];
                if (float.IsNaN(keys[i]))
                    return null;
                isMember[i] = labels[i] == c;
                members += isMember[i] ? 1 : 0;
            }

            if (members == 0 || members == labels.Length)
                continue;
            sum += Auc(keys, isMember, members);
            count++;
        }

        return count == 0 ? null : sum / count;
    }

    private static double Auc(float[] keys, bool[] isMember, long members)
    {
        Array.Sort(keys, isMember);
        var rankSum = 0.0;
        for (int from = 0, to; from < keys.Length; from = to)
        {
            var tied = 0;
            for (to = from; to < keys.Length && keys[to] == keys[from]; to++)
                tied += isMember[to] ? 1 : 0;
            rankSum += tied * (from + 1 + to) / 2.0;
        }

        return (rankSum - (members * (members + 1) / 2.0)) / ((double)members * (keys.Length - members));
    }
}
