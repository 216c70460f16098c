namespace Starling.Fuzz.Targets;

/// <summary>Experiments, right and wrong in many ways.</summary>
internal static class ExperimentSeeds
{
    /// <summary>As many names as a short text may have.</summary>
    public static string ManyNames { get; } = $"{{{string.Join(',', Enumerable.Range(0, 4_090).Select(i => $"k{i}"))}}}\n";

    public static string[] All { get; } =
    [
        "", "- a\n- b\n", "nodes: 2\ndata: { set: synthetic }\nprogram: { kind: synthetic }\n", "nodes: [1]\ndata: x\n? [a]\n: b\n",
        "a: &x 1\nb: *x\n", "a: !t 1\n", "a: 1\na: 2\n", "a: 1\n---\nb: 2\n", "a:\n\t- b\n", "a: [1, 2",
        """
        name: digits
        seed: 1
        nodes: 4
        data: { set: digits, test: 0.2, split: { by: class, classesPerNode: 3 } }
        program: { kind: mlp, hidden: [64], optimizer: sgd, learningRate: 0.1, momentum: 0.9, batch: 64 }
        protocol: leader
        training:
          rounds: 60
          minPeers: 3
          merge: { rule: mean }
          preset: local
          grace: 1s
          claimDelay: 20ms
        """,
        "name: a/b\nnodes: 3\ndata: { set: csv, file: a.csv, testFile: b.csv, label: y, divideBy: 255 }\nprogram: { kind: softmax, optimizer: adam }\n",
        "nodes: 3\ndata: { set: idx, split: { by: size, proportions: [1, 2, 3] } }\ntraining: { minPeers: 9, audit: off, preset: wan, absentTimeout: 1s, merge: { rule: coordmedian } }\n",
        ManyNames, $"a: [{string.Join(',', Enumerable.Repeat("a", 15_000))}]\n",
        $"? {new string('k', 10_000)}\n: [{string.Join(',', Enumerable.Repeat("a", 5_000))}]\n",
        "nodes: 3\ndata: { set: synthetic }\nprogram: { kind: synthetic }\ntraining: { audit: full, auditChunks: 4, adaptive: { on: true, least: 9, most: 3, window: 5 }, epochs: 2, checkIn: active, weights: [1, 2], leaders: [1, 3, 3] }\n",
        "nodes: 3\ndata: { set: synthetic }\nprogram: { kind: synthetic }\ntraining: { adaptive: { on: true }, checkIn: inactive, weights: [1, 2, 3], leaders: [4] }\n", "nodes: 3\ntraining: { adaptive: { on: maybe }, weights: x }\n",
        "name: a_b.c-d\nnodes: 2\n", "name: .a\nnodes: 2\n", "name: \"a b\"\nnodes: x\ndata: { set: digits, split: { by: class } }\n",
        "nodes: 2\ndata: { set: csv, file: a, split: { by: class } }\n",
        "nodes: 2\ndata: { set: synthetic }\nprogram: { kind: mlp, hidden: [1, 2, 3, 4, 5, 6, 7, 8, 9] }\n",
        "nodes: 2\ndata: { set: digits }\nprogram: { kind: mlp, hidden: [0, x, [1], ''] }\n",
        "nodes: 2\ndata: { set: idx, folder: [], file: '', testFile: \"a\\0\" }\n", "a: [[[[[[[[[[[[[[[[[[",
        "nodes: 2\ndata: { set: digits }\nprogram: { pad: 1 }\n", "nodes: 2\ndata: { set: digits }\nprogram: { pad: 9999999999999GiB }\n",
        "nodes: 2\ndata: { set: digits }\nprogram: { pad: xMB }\n",
        "training: { grace: 1.2.3s, claimDelay: s, leaderTimeout: 1234567890123456s, absentTimeout: 1x }\n",
        "training: { grace: 99999999999d, claimDelay: 1s1h }\n",
        "seed: 1\n  x: 2\n", "a: *x\n", "[a: *x]", "{a: [b}", "a: {? [x] : 1}", "--- a\n...\n--- b\n",
        string.Concat(Enumerable.Range(0, 105).Select(i => $"a: {i}\n")), string.Concat(Enumerable.Range(0, 105).Select(i => $"a{i}: 1\n")),
        "nodes: 4\ndata: { set: csv, file: '', label: [], divideBy: 0, test: x, split: { by: iid } }\nprogram: { kind: synthetic, hidden: [0, x, [1]], batch: 1.5 }\ntraining: { merge: { rule: x }, preset: moon, grace: 9x, claimDelay: 1m1h }\n",
        "name: -a\nnodes: 2\ndata: { set: digits, test: 0.5, split: { by: class, classesPerNode: 11 } }\nprogram: { kind: mlp, pad: 1.5MiB, hidden: 8 }\ntraining: { rounds: 0, leaderTimeout: 1m30s, absentTimeout: 2m, merge: { rule: geomedian, parameters: { iterations: x } } }\n",
        "nodes: 2\ndata: { set: digits, split: { by: class, classesPerNode: 4 } }\nprogram: { pad: 99999999999999999999MB }\ntraining: { minPeers: 2, grace: 0, leaderTimeout: 99999999999999d }\n",
        "nodes: 3\ndata: { set: digits, split: { by: size, proportions: [1, 2, 3] } }\nprogram: [x]\ntraining: x\nsimulation: x\n",
        "nodes: 3\ndata: { set: digits, split: { by: size, proportions: [1, 2] } }\nprogram:\ntraining:\n",
        "nodes: 2\ndata: { set: idx, folder: \"a\\0b\" }\n",
        "nodes: 2\ndata: { set: idx, folder: a }\nprogram: { kind: mlp, hidden: [8, 8], pad: 2GB }\n",
        "name: " + new string('n', 65) + "\nnodes: 2\n" + new string('k', 70) + ": 1\n\"\\x07\": 1\n",
        "nodes: 3\ndata: { set: own, file: a }\nprogram: { kind: command, command: [/bin/sh, a, \"b\\0\", [x]], environment: [A=1, B] }\n",
        "nodes: 2\ndata: { set: own, folder: a, file: b }\nprogram: { command: [/bin/sh] }\n",
        "nodes: 2\ndata: { set: own }\nprogram: { command: [] }\n", "nodes: 2\ndata: { set: own }\nprogram: { kind: mlp, command: x }\n",
        "nodes: 2\ndata: { set: digits }\nprogram: { kind: command, command: [x, x], environment: x }\n",
        "nodes: 2\ndata: { set: csv, features: 3, classes: [a, b, a] }\n", "nodes: 2\ndata: { set: idx, features: 3, classes: [a, b] }\n",
        "nodes: 3\ndata: { set: digits, split: { by: dirichlet, alpha: 0.5 } }\nprogram: { kind: synthetic }\nsimulation: { audits: [off] }\n",
    ];
}
