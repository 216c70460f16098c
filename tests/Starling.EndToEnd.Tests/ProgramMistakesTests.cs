using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>Mistakes of a Python program beside a real node: each is an exception whose text says what to do.</summary>
public sealed class ProgramMistakesTests : IAsyncLifetime
{
    private readonly PythonSwarm swarm = new(2);

    public async ValueTask InitializeAsync() => await swarm.StartAsync();

    public async ValueTask DisposeAsync() => await swarm.DisposeAsync();

    /// <summary>
    /// Red if a mistake goes unnoticed, if its sentence is missing or says nothing of what to do, or if a program that had
    /// it caught cannot train on.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Each_is_refused_by_a_sentence_and_the_program_may_go_on()
    {
        var program = PythonSwarm.Program("mistakes.py");
        await PythonSwarm.RunPythonAsync(swarm.Nodes.Folder.Path, [program, "--save", swarm.Nodes.Folder["initial.safetensors"]]);
        await swarm.FoundAsync("small", "rounds: 4, syncInterval: 1, minPeers: 2", "initial.safetensors");
        await swarm.AssignAsync("small", [program, "train"]);
        var told = await swarm.EndAsync("small");
        string[] expected =
        [
            "wrong shape: RefusedError: The program's model has other tensors than contract small; names, shapes and types must be the same on every member.",
            "minPeers: ParameterError: minPeers is 3, and contract small merges with 2 of its 2 members already; give at most 2, or have the contract made with training.minPeers 3.",
            "unknown rule: ParameterError: mergeMethod 'median' is not known; it must be one of mean, coordmedian, geomedian, trimmedmean, krum, multikrum.",
            "another rule: ParameterError: mergeMethod is 'krum', and contract small merges by 'mean'; give that or leave it out, or have the contract made with training.merge.rule krum.",
            "second program: RefusedError: Another program has this session, and a session is one program's: let only one of those that the task starts open it.",
            "not begun: SessionError: Call on_train_begin before on_batch_end.",
            "NaN loss: WeightsError: lossFunction measured nan on adsValData: training diverged, or a row holds such a value; lower the learning rate, clip gradients, or look at the rows.",
            "changed shape: WeightsError: The weights have other names, types or shapes than when training began ('weight' is F32 of shape (5, 2)); keep them as they are while training goes on.",
            "closed: SessionError: on_batch_end was called after on_train_end, which closed the session; make a callback for each training.",
        ];
        foreach (var sentence in expected)
            Assert.Equal((sentence, 2), (sentence, told.Split(sentence).Length - 1));
        Assert.DoesNotContain("nothing was raised", told, StringComparison.Ordinal);
    }

    /// <summary>
    /// Red if the node's words are lost when it knows at the first of 32 MB that an update is bad, or if the program cannot hand
    /// over a good one after it.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_large_update_that_is_refused_is_told_why()
    {
        var program = PythonSwarm.Program("refused.py");
        await PythonSwarm.RunPythonAsync(swarm.Nodes.Folder.Path, [program, "--save", swarm.Nodes.Folder["initial.safetensors"]]);
        await swarm.FoundAsync("large", "rounds: 2, syncInterval: 1, minPeers: 2", "initial.safetensors");
        await swarm.AssignAsync("large", [program, "train"]);
        var told = await swarm.EndAsync("large");
        string[] expected =
        [
            "not finite: RefusedError: The update of round 1 has a value that is no finite number: training diverged; lower the learning rate.",
            "other tensors: RefusedError: The update has other tensors than contract large; names, shapes and types must be the same on every member.",
            "padded: RefusedError: The update is no canonical safetensors file: tensors sorted by name and without gaps, no metadata.",
            "no file: RefusedError: The update is no readable safetensors file (Unreadable).",
        ];
        foreach (var sentence in expected)
            Assert.Equal((sentence, 2), (sentence, told.Split(sentence).Length - 1));
        Assert.DoesNotContain("after a long while", told, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing was raised", told, StringComparison.Ordinal);
    }
}
