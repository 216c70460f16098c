using Starling.Api;
using Starling.Core.Identity;
using Starling.EndToEnd.Tests.Processes;
using Starling.Node.Identity;

namespace Starling.EndToEnd.Tests;

/// <summary>
/// What commands show of nodes that have trained the contract <c>small</c> by the task <c>train</c> of <c>lab</c>, three times.
/// </summary>
internal static class ControlViews
{
    private const string Admin = "spiffe://lab.example/office/admin";

    /// <summary>Each list, and all that is told of one.</summary>
    public static async Task AreWholeAsync(ServingNodes nodes, int count, string founding)
    {
        var shown = await ShowAsync(nodes, "task list", "task info train", "task body train", "contract list", "contract info small",
            "context list", "context env get runner", "context env list", "node list", "runner list", "runner info lab", "runner peers lab",
            "runner status lab", "runner status lab --peer clinic-1/node", "task logs train --peer clinic-1/node");
        var members = Enumerable.Range(0, count).Select(node => $"spiffe://lab.example/clinic-{node}/node").ToList();
        Assert.Matches(@"(?m)^train +run-training +yes +3 +- +small +a model$", shown["task list"]);
        HasAll(shown["task info train"], "train: run-training, final, completed in 3 runs", $"  author        {Admin}",
            "  prerequisite  none", "  outcome       a model", "  training      small (", "'starling task body train' prints it");
        HasAll(shown["task body train"], "\"name\": \"small\"\n", "\"set\": \"synthetic\"\n", "\"minPeers\": \"2\"\n");
        Assert.Matches(@"(?m)^lab +runner +idle +\d+ +yes +[0-9a-f]{12}$", shown["contract list"]);
        Assert.Matches(@"(?m)^small +training +ended +\d+ +(yes|no) +[0-9a-f]{12}$", shown["contract list"]);
        HasAll(shown["contract info small"], ["small: a training contract, ended, epoch 1",
            "  settings   leader, 5 rounds of 5 batches, at least 2 members, mean, audit ", $"  admin      {Admin}",
            "  round 5    ", .. members.Select(member => $"  member     {member}")]);
        Assert.Matches($@"(?m)^\* +office +{nodes.Address} +admin\.pem +any$", shown["context list"]);
        Assert.Equal("lab\n", shown["context env get runner"]);
        Assert.Equal("runner=lab\n", shown["context env list"]);
        Assert.Matches($@"(?m)^{members[0]} +clinic-0 +itself\b", shown["node list"]);
        foreach (var member in members.Skip(1))
            Assert.Matches($@"(?m)^{member} +clinic-\d +yes +127\.0\.0\.1:\d+\b", shown["node list"]);
        Assert.Matches(@"(?m)^lab +idle +\d+ +yes$", shown["runner list"]);
        HasAll(shown["runner info lab"], ["lab: a task runner, idle", $"  founding   {founding}", "  tasks      1",
            $"  admin      {Admin}", "  run        run 3 of train (", .. members.Select(member => $"  operator   {member}")]);
        foreach (var (member, i) in members.Select((member, i) => (member, i)))
        {
            Assert.Matches($"(?m)^clinic-{i}/node +{member} +yes$", shown["runner peers lab"]);
            Assert.Matches($"(?m)^clinic-{i}/node +complete +", shown["runner status lab"]);
        }

        HasAll(shown["runner status lab"], "run 3 of train (", "complete; 3 of 3 complete");
        foreach (var one in (string[])["runner status lab --peer clinic-1/node", "task logs train --peer clinic-1/node"])
            Assert.StartsWith($"== {members[1]}: complete", Assert.Single(shown[one].Split('\n'),
                line => line.StartsWith("==", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    /// <summary>
    /// Has another admin take an operator in and out again, and deletes the task runner in the end; who is no admin of it may not.
    /// </summary>
    public static async Task DecideAboutARunnerAsync(ServingNodes nodes)
    {
        foreach (var name in (string[])["second", "third"])
        {
            using var authority = CertificateAuthority.Load(nodes.Folder["ca.pem"], nodes.Folder["ca.key"]);
            using var keys = authority.Issue(NodeId.Create("lab.example", "clinic-0", name), Roles.Admin, TimeProvider.System);
            keys.Save(nodes.Folder[$"{name}.pem"], nodes.Folder[$"{name}.key"]);
            await nodes.RunAsync("context", "create", name, "--address", nodes.Address, "--certificate", $"{name}.pem", "--key",
                $"{name}.key", "--anchors", "ca.pem");
        }

        nodes.Folder.Write("draft.yaml", "name: draft\nkind: prepare-content\noutcome: code\nbody: { command: [a], outputs: [b] }\n");
        var shown = await ShowAsync(nodes, "runner create spare --operators node-0/node.pem node-1/node.pem --admins second.pem",
            "runner info spare", "runner enrol spare node-2/node.pem --context second", "task create draft.yaml --runner spare",
            "task list --runner spare", "task delete draft --runner spare", "task list --runner spare --context second",
            "context create served --service node.lab.example --certificate admin.pem --key admin.key --anchors ca.pem");
        Assert.Equal("served talks to node.lab.example:443\n", shown.Values.Last());
        HasAll(shown["runner info spare"], $"  admin      {Admin}", "  admin      spiffe://lab.example/clinic-0/second");
        Assert.Contains("\nclinic-2/node ", shown["runner enrol spare node-2/node.pem --context second"], StringComparison.Ordinal);
        Assert.Matches("(?m)^draft +prepare-content +no +0 ", shown["task list --runner spare"]);
        Assert.Equal("draft is deleted\n", shown["task delete draft --runner spare"]);
        Assert.DoesNotContain("draft", shown["task list --runner spare --context second"], StringComparison.Ordinal);

        var stranger = (await StarlingProcess.RunAsync(nodes.Folder.Path,
            ["runner", "expel", "spare", "clinic-2/node", "--context", "third"])).Ended(ExitCode.Denied);
        Assert.Contains("is no member of the contract", stranger.Error, StringComparison.Ordinal);
        shown = await ShowAsync(nodes, "runner expel spare clinic-2/node --context second", "runner delete spare --yes", "runner list");
        var left = shown["runner expel spare clinic-2/node --context second"];
        Assert.Equal(3, left.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain("clinic-2", left, StringComparison.Ordinal);
        Assert.Equal("spare is deleted\n", shown["runner delete spare --yes"]);
        Assert.Matches(@"(?m)^spare +deleted +\d+ +no$", shown["runner list"]);
    }

    private static void HasAll(string text, params IEnumerable<string> words) =>
        Assert.All(words, each => Assert.Contains(each, text, StringComparison.Ordinal));

    // What each line of a script writes; all of them must go well. Between two of them the shell says where it is.
    private static async Task<Dictionary<string, string>> ShowAsync(ServingNodes nodes, params string[] lines)
    {
        nodes.Folder.Write("shown.starling", $"exit on failure\n{string.Join("\npwd\n", lines)}\n");
        var output = (await nodes.RunAsync("shell", "shown.starling")).Output + "\n";
        return lines.Zip(output.Split($"{nodes.Folder.Path}\n")).ToDictionary(each => each.First, each => each.Second);
    }
}
