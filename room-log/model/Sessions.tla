------------------------------- MODULE Sessions -------------------------------
(* One client that sends to one room over several connections, to pods that    *)
(* know different epochs; what an old connection's pod has on its way to Kafka *)
(* lands when it likes. After dropping by idempotency key: each message once,  *)
(* in order.                                                                   *)
EXTENDS Cluster, FiniteSets

CONSTANTS
  Messages, Connections, Window,
  Begun,     \* epochs that are published already; pods know them or not
  TellsAck,  \* the client gives its last acknowledgement when it comes back
  Crashes    \* of pods

VARIABLES
  view,   \* per pod: the epochs that it knows
  cache,  \* per pod: acknowledged keys, id -> place
  client, \* [acked, ack, sent]
  ses,    \* connections so far; the last one is open
  left,
  podWait \* per pod: somebody else's wait, for a mutation
vars == <<cluster, view, cache, client, ses, left, podWait>>

Pods == {1, 2}
Room == 1
None == <<0, 0>>
Now == Len(ses)

Connection(pod, ack) ==
  [pod |-> pod, path |-> 0, fl |-> <<>>, mute |-> FALSE, wait |-> <<>>, last |-> ack]
Connect(pod) ==
  /\ Now < Connections
  /\ ses' = Append(ses, Connection(pod, IF TellsAck THEN client.ack ELSE None))
  /\ client' = [client EXCEPT !.sent = client.acked]
  \* what it learned meanwhile did not matter
  /\ \E v \in view[pod]..Pub : view' = [view EXCEPT ![pod] = v]
  /\ UNCHANGED <<cluster, cache, left, podWait>>

Settled(place, v) ==
  place = None \/ Own[Room][Seg(chain, v, place[1], place[2])] = place[1] \/ pos[place[1]] > place[2]

Known(s) == view[ses[s].pod]
Former(v) == {Own[Room][k] : k \in 1..v} \ {Own[Room][v]}

(* A connection without an acknowledgement, before its first SEND to a room    *)
(* that has moved: the control log is read, and the former owners' ends.       *)
SampleEnds ==
  LET s == ses[Now] IN
  /\ s.path = 0 /\ s.last = None /\ s.wait = <<>> /\ client.sent # 1..Messages
  /\ Breaks("no-catch-up") \/ Known(Now) = Pub
  /\ ses' = [ses EXCEPT ![Now].wait = [p \in Parts |-> Len(log[p]) + 1]]
  /\ UNCHANGED <<cluster, view, cache, client, left, podWait>>
MayBegin(s) ==
  \/ Breaks("no-wait") \/ (Breaks("wait-once") /\ podWait[s.pod])
  \/ s.wait # <<>> /\ \A p \in Former(view[s.pod]) : pos[p] >= s.wait[p]

(* The client sends what is not acknowledged, in order, again on a new          *)
(* connection; the pod takes the frame. One that waits at the pod is as good as *)
(* not sent yet.                                                               *)
Send ==
  LET s == ses[Now] todo == (1..Messages) \ client.sent id == Min(todo)
      v == Known(Now) to == Own[Room][v]
  IN
  /\ todo # {} /\ Cardinality(client.sent \ client.acked) < Window
  /\ IF cache[s.pod][id] # None
     THEN /\ ses' = [ses EXCEPT ![Now].last = IF Breaks("cached-not-counted") THEN @ ELSE cache[s.pod][id]]
          /\ client' = IF s.mute THEN [client EXCEPT !.sent = @ \cup {id}]
                       ELSE [acked |-> client.acked \cup {id}, ack |-> cache[s.pod][id],
                             sent |-> client.sent \cup {id}]
     ELSE LET flushed == s.fl = <<>> \/ Breaks("unflushed")
              free == Settled(s.last, v) /\ flushed
              path == IF s.path # 0 THEN IF free \/ Breaks("no-settle") THEN to ELSE s.path
                      ELSE IF Settled(s.last, v) THEN to ELSE s.last[1]
          IN /\ s.path # 0 \/ s.last # None \/ MayBegin(s)
             /\ ses' = [ses EXCEPT ![Now] = [@ EXCEPT !.path = path, !.fl = Append(@, <<path, id>>)]]
             /\ client' = [client EXCEPT !.sent = @ \cup {id}]
  /\ UNCHANGED <<cluster, view, cache, left, podWait>>

(* A produce request lands, also one of a connection that is long gone. Its    *)
(* acknowledgement may be lost; then so are the later ones of the connection.  *)
Land(i) ==
  LET s == ses[i] x == Head(s.fl) place == <<x[1], Len(log[x[1]]) + 1>> IN
  /\ s.fl # <<>>
  /\ Put(x[1], Message(Room, x[2]))
  /\ cache' = [cache EXCEPT ![s.pod][x[2]] = IF @ = None THEN place ELSE @]
  /\ \E lost \in (IF s.mute \/ i # Now THEN {TRUE} ELSE {FALSE, TRUE}) :
       /\ ses' = [ses EXCEPT ![i] = [@ EXCEPT !.fl = Tail(@), !.last = place, !.mute = lost]]
       /\ client' = IF lost THEN client ELSE [client EXCEPT !.acked = @ \cup {x[2]}, !.ack = place]
  /\ UNCHANGED <<chain, cut, hints, pos, view, left, podWait>>

Learn(pod) ==
  /\ pod = ses[Now].pod /\ view[pod] < Pub /\ view' = [view EXCEPT ![pod] = @ + 1]
  /\ UNCHANGED <<cluster, cache, client, ses, left, podWait>>

(* What it had on its way is lost, its connection too.                         *)
Crash(pod) ==
  /\ left > 0 /\ left' = left - 1
  /\ ses' = [i \in 1..Now |-> IF ses[i].pod = pod THEN [ses[i] EXCEPT !.fl = <<>>, !.mute = TRUE] ELSE ses[i]]
  /\ cache' = [cache EXCEPT ![pod] = [id \in 1..Messages |-> None]]
  /\ UNCHANGED <<cluster, view, client, podWait>>

OthersWait(pod) ==
  /\ Breaks("wait-once") /\ ~podWait[pod] /\ view[pod] > 1
  /\ \A p \in Former(view[pod]) : pos[p] > Len(log[p])
  /\ podWait' = [podWait EXCEPT ![pod] = TRUE]
  /\ UNCHANGED <<cluster, view, cache, client, ses, left>>

Own_ == <<view, cache, client, ses, left, podWait>>
Init ==
  /\ ClusterAt(Begun)
  /\ view \in [Pods -> 1..Begun] /\ cache = [pod \in Pods |-> [id \in 1..Messages |-> None]]
  /\ client = [acked |-> {}, ack |-> None, sent |-> {}]
  /\ ses = <<Connection(1, None)>> /\ left = Crashes /\ podWait = [pod \in Pods |-> FALSE]
Next ==
  \/ Send \/ SampleEnds \/ (\E i \in 1..Now : Land(i))
  \/ \E pod \in Pods : Connect(pod) \/ Learn(pod) \/ Crash(pod) \/ OthersWait(pod)
  \* in this order only: Reader and CutFenceRoute have both
  \/ (StartCut \/ WriteBarrier(1) \/ (1 \in cut.bar /\ WriteBarrier(2)) \/ Publish) /\ UNCHANGED Own_
  \/ (\E p \in Parts : Route(p) \/ Progress(p)) /\ UNCHANGED Own_
Spec == Init /\ [][Next]_vars

(* ------------------------------- invariants ------------------------------ *)
Ids == LET l == L(Room) IN [i \in 1..Len(l) |-> l[i].id]
FirstAt(ids, x) == Min({i \in 1..Len(ids) : ids[i] = x})
I7 ==
  LET ids == Ids seen == {ids[i] : i \in 1..Len(ids)} IN
  \A x \in seen : x > 1 => x - 1 \in seen /\ FirstAt(ids, x - 1) < FirstAt(ids, x)
I4 ==
  LET ids == Ids IN
  cut.k = 0 /\ (\A p \in Parts : pos[p] > Len(log[p])) =>
    \A x \in client.acked : \E i \in 1..Len(ids) : ids[i] = x

(* ------------------------------- witnesses ------------------------------- *)
NoSettledMove == ~(Now = 1 /\ ses[1].path = 2 /\ \E o \in 1..Len(log[2]) : log[2][o].t = "c")
NoKeptPath == ~(Now = 2 /\ ses[2].path = 1 /\ Known(2) = 2 /\ ses[2].last # None)
NoWait == ~(Now = 2 /\ ses[2].wait # <<>> /\ ses[2].path = 2 /\ pos[1] > 2)
NoDuplicate == \A i, j \in 1..Len(Ids) : i # j => Ids[i] # Ids[j]
NoLateLanding == ~(Now = 2 /\ ses[1].fl # <<>> /\ client.acked = 1..Messages)
NoCachedReceipt == ~(Now = 2 /\ ses[2].fl = <<>> /\ ses[1].mute /\ ses[1].pod = 1 /\ ses[2].path = 0 /\ ses[2].last # None /\ Len(log[1]) + Len(log[2]) > 0 /\ Cardinality(client.acked) = 1)
NotAll == ~(client.acked = 1..Messages /\ Pub = Epochs /\ Len(Ids) >= Messages /\ Now = Connections)
=============================================================================
