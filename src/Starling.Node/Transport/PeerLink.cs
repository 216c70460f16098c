using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Transport;

/// <summary>
/// The two connections with one peer that is kept. The link is up while both stand. A place is reserved before a hello is sent, so that at
/// most one connection of a kind is ever set up: when both nodes dial at once, the one dialled by the lower id stands.
/// </summary>
internal sealed class PeerLink(PeerEnvironment environment, NodeId peer, IPeerListener listener)
{
    private readonly Lock gate = new();
    private readonly Place control = new();
    private readonly Place bulk = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool up;
    private bool closed;

    public NodeId Peer => peer;

    /// <summary>Completes when something happened that a dialler should look at. Take it before looking.</summary>
    public Task Changed
    {
        get
        {
            lock (gate)
                return changed.Task;
        }
    }

    /// <summary>Whether a connection of this kind neither stands nor is being set up.</summary>
    public bool Misses(ConnectionKind kind)
    {
        lock (gate)
            return !closed && Of(kind) is { Connection: null, Reservation: null };
    }

    /// <summary>Wakes the dialler.</summary>
    public void Wake()
    {
        lock (gate)
        {
            changed.TrySetResult();
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Reserves the place for a connection that this node dialled; null if it is taken.</summary>
    public object? ReserveDialled(ConnectionKind kind)
    {
        lock (gate)
        {
            var place = Of(kind);
            if (closed || place.Connection is not null || place.Reservation is not null)
                return null;
            place.Dialled = true;
            return place.Reservation = new object();
        }
    }

    /// <summary>Reserves the place for a connection that the peer dialled.</summary>
    /// <exception cref="PeerRefusedException">It is taken.</exception>
    public object ReserveAccepted(Greeting greeting)
    {
        PeerConnection? stale;
        object reservation;
        lock (gate)
        {
            var place = Of(greeting.Kind);
            stale = place.Connection;
            var lowerDials = place is { Reservation: not null, Dialled: true } && environment.Self.CompareTo(peer) > 0;
            if (closed)
                throw NotExpected(environment.Self, peer);
            if ((place.Reservation is not null && !lowerDials) || stale?.Greeting.Instance == greeting.Instance)
                throw new PeerRefusedException(
                    PeerRefusal.Duplicate, $"{environment.Self} already has, or sets up, a {greeting.Kind} connection with {peer}.",
                    byOther: false);
            place.Dialled = false;
            place.Reservation = reservation = new object();
        }
        stale?.Close(PeerRefusal.Closing, $"{peer} has started anew.");
        return reservation;
    }

    /// <summary>Gives a reservation back.</summary>
    public void Release(ConnectionKind kind, object reservation)
    {
        lock (gate)
            if (ReferenceEquals(Of(kind).Reservation, reservation))
                Of(kind).Reservation = null;
        Wake();
    }

    /// <summary>Puts a connection in its place; false if the reservation was overtaken.</summary>
    public bool Establish(PeerConnection connection, object reservation)
    {
        lock (gate)
        {
            var place = Of(connection.Kind);
            if (closed || !ReferenceEquals(place.Reservation, reservation))
                return false;
            place.Reservation = null;
            place.Connection = connection;
            Tell();
        }
        return true;
    }

    /// <summary>A connection has ended.</summary>
    public void Ended(PeerConnection connection)
    {
        lock (gate)
        {
            var place = Of(connection.Kind);
            if (!ReferenceEquals(place.Connection, connection))
                return;
            place.Connection = null;
            Tell();
        }
        Wake();
    }

    /// <summary>A message came.</summary>
    public void Arrived(PeerMessage message)
    {
        lock (gate)
            if (!closed)
                listener.MessageArrived(peer, message);
    }

    /// <summary>Sends if the link is up and there is room; otherwise drops and counts.</summary>
    public bool Send(PeerMessage message)
    {
        PeerConnection? connection;
        lock (gate)
            connection = up ? control.Connection : null;
        if (connection?.TrySend(message) == true)
            return true;
        environment.Metrics.Dropped(peer);
        return false;
    }

    /// <summary>Where requests go; null if the link is down.</summary>
    public RequestClient? Requests
    {
        get
        {
            lock (gate)
                return up ? bulk.Connection?.Requests : null;
        }
    }

    /// <summary>The peer is no longer kept: ends both connections and admits no other.</summary>
    public void Close(string sentence)
    {
        PeerConnection?[] standing;
        lock (gate)
        {
            closed = true;
            standing = [control.Connection, bulk.Connection];
        }
        foreach (var connection in standing)
            connection?.Close(PeerRefusal.Closing, sentence);
        Wake();
    }

    /// <summary>Ends what connections would not be accepted now.</summary>
    public void Review(PeerTrust trust)
    {
        PeerConnection?[] standing;
        lock (gate)
            standing = [control.Connection, bulk.Connection];
        foreach (var connection in standing.OfType<PeerConnection>())
            if (trust.Review(connection.Verdict).Objection() is { } objection)
                connection.Close(objection.Code, objection.Message);
    }

    /// <summary>Reviews, if the credentials were replaced while a connection was set up.</summary>
    public void ReviewIfOld(PeerVerdict verdict, PeerCredentials credentials, DateTimeOffset now)
    {
        if (!ReferenceEquals(verdict.JudgedBy, credentials))
            Review(new PeerTrust(credentials, now));
    }

    /// <summary>What a node says to one that it does not keep.</summary>
    public static PeerRefusedException NotExpected(NodeId self, NodeId peer) =>
        new(PeerRefusal.NotExpected, $"{self} does not expect {peer}: no contract here names it as a member, yet.", byOther: false);

    private void Tell()
    {
        var now = control.Connection is not null && bulk.Connection is not null;
        if (now == up)
            return;
        up = now;
        if (up)
            listener.PeerUp(peer);
        else
            listener.PeerDown(peer);
    }

    private Place Of(ConnectionKind kind) => kind == ConnectionKind.Control ? control : bulk;

    private sealed class Place
    {
        public PeerConnection? Connection { get; set; }

        public object? Reservation { get; set; }

        public bool Dialled { get; set; }
    }
}
