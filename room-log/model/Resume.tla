-------------------------------- MODULE Resume --------------------------------
(* A client that leaves and comes back with its last position, each time to a  *)
(* pod that knows as much of the control log as it likes, while retention      *)
(* deletes the partitions' beginnings.                                         *)
EXTENDS Cluster

CONSTANTS
  Messages,
  Deletions,  \* by retention
  Subscriptions

VARIABLES n, start, client, told, left
vars == <<cluster, n, start, client, told, left>>

Room == 1
RoomOwn == Own[Room]
V(c) == c \div 2 + 1
NewestKnown(c) == V(c) + (c % 2)

(* What a pod can read that knows c records of the control log: the room ends   *)
(* at a barrier of a cut that moves it, and nobody reads beyond a barrier whose *)
(* cut is unknown.                                                             *)
RECURSIVE ScanAs(_, _, _, _, _, _, _)
ScanAs(c, j, as, p, o, end, out) ==
  IF o > end THEN out
  ELSE LET x == log[p][o] IN
    IF x.t = "b" THEN
      IF x.k <= V(c) THEN ScanAs(c, j, as, p, o + 1, end, out)
      ELSE IF x.k > NewestKnown(c) \/ RoomOwn[x.k] # p THEN out
      ELSE ScanAs(c, j, x.k, p, o + 1, end, out)
    ELSE IF x.r = Room /\ o >= start[p] /\ Home(chain, RoomOwn, V(c), p, o) = j
      THEN ScanAs(c, j, as, p, o + 1, end, Append(out, [h |-> as, o |-> o, id |-> x.id]))
      ELSE ScanAs(c, j, as, p, o + 1, end, out)
Begins(j) ==
  IF j = 1 THEN 1
  ELSE IF RoomOwn[j] = RoomOwn[j - 1] \/ Breaks("from-barrier") THEN chain[j].B[RoomOwn[j]]
  ELSE chain[j].F[RoomOwn[j]]
RECURSIVE ReadFrom(_, _, _)
ReadFrom(c, j, out) ==
  IF j > V(c) THEN out
  ELSE LET p == RoomOwn[j] IN
       ReadFrom(c, j + 1, ScanAs(c, j, j, p, Begins(j), Last(chain, V(c), j, p, Len(log[p])), out))

(* The room's head there: where the pod stops to read.                         *)
StopAt(c) ==
  LET p == RoomOwn[V(c)]
      b == {o \in 1..Len(log[p]) : log[p][o].t = "b" /\ log[p][o].k > V(c)}
      stops == {o \in b : log[p][o].k > NewestKnown(c) \/ RoomOwn[log[p][o].k] # p}
  IN IF stops # {} THEN [e |-> IF Min(stops) > Min(b) THEN V(c) + 1 ELSE V(c), last |-> Min(stops) - 1]
     ELSE [e |-> IF b # {} THEN V(c) + 1 ELSE V(c), last |-> Len(log[p])]

Before(a, b) == a.e < b.e \/ (a.e = b.e /\ a.last < b.last)
Furthest(a, b) == IF Before(a, b) THEN b ELSE a

Subscribe ==
  /\ client.e = 0
  /\ \E c \in 0..Control :
       LET at == StopAt(c) IN
       client' = [e |-> at.e, last |-> at.last, from |-> at, got |-> <<>>]
  /\ UNCHANGED <<cluster, n, start, told, left>>

(* Something that the room may have had behind the position is deleted.        *)
Lacks(c) ==
  LET wants(j) ==
        LET p == RoomOwn[j] end == Last(chain, V(c), j, p, Len(log[p]))
            first == IF j = Least(client.e, V(c)) THEN Most(client.last + 1, Begins(j)) ELSE Begins(j)
        IN first < start[p] /\ first <= end
  IN IF Breaks("own-segment-only") THEN wants(Least(client.e, V(c)))
     ELSE \E j \in Least(client.e, V(c))..V(c) : wants(j)

Resume ==
  /\ client.e # 0 /\ left > 0 /\ left' = left - 1
  /\ \E c \in 0..Control :
     /\ IF Lacks(c) /\ ~Breaks("silent")
        THEN LET at == StopAt(c) IN
             /\ told' = told + 1
             /\ client' = [e |-> at.e, last |-> at.last, from |-> at, got |-> <<>>]
        ELSE
          /\ UNCHANGED told
          /\ LET all == SelectSeq(IF Breaks("newest-only")
                                  THEN SelectSeq(ReadFrom(c, 1, <<>>), LAMBDA x : x.h >= V(c))
                                  ELSE ReadFrom(c, 1, <<>>),
                                  LAMBDA x : Behind(x, client.e, client.last))
             IN \E m \in 0..Len(all) :
                LET at == IF m = Len(all) THEN IF Breaks("head-goes-back") THEN StopAt(c)
                                               ELSE Furthest([e |-> client.e, last |-> client.last], StopAt(c))
                          ELSE IF m = 0 THEN [e |-> client.e, last |-> client.last]
                          ELSE [e |-> all[m].h, last |-> all[m].o]
                IN client' = [client EXCEPT !.e = at.e, !.last = at.last,
                                            !.got = @ \o [i \in 1..m |-> all[i].id]]
  /\ UNCHANGED <<cluster, n, start>>

Write ==
  /\ n < Messages /\ n' = n + 1
  /\ \E p \in Parts : Put(p, Message(Room, n + 1))
  /\ UNCHANGED <<chain, cut, hints, pos, start, client, told, left>>
(* Retention never passes the router (there is an alarm for that).             *)
Delete(p) ==
  /\ start[1] + start[2] - 2 < Deletions /\ start[p] < pos[p] /\ start[p] <= Len(log[p])
  /\ \E to \in (start[p] + 1)..(start[p] + Deletions) :
       /\ to <= pos[p] /\ to - start[p] + start[1] + start[2] - 2 <= Deletions
       /\ start' = [start EXCEPT ![p] = to]
  /\ UNCHANGED <<cluster, n, client, told, left>>

Init ==
  /\ ClusterInit /\ n = 0 /\ start = [p \in Parts |-> 1] /\ told = 0 /\ left = Subscriptions
  /\ client = [e |-> 0, last |-> 0, from |-> [e |-> 0, last |-> 0], got |-> <<>>]
Next ==
  \/ Write \/ Subscribe \/ Resume \/ \E p \in Parts : Delete(p)
  \/ (StartCut \/ Publish \/ \E p \in Parts : WriteBarrier(p) \/ Route(p) \/ Progress(p))
     /\ UNCHANGED <<n, start, client, told, left>>
Spec == Init /\ [][Next]_vars

(* ------------------------------- invariants ------------------------------ *)
After(at) == SelectSeq(L(Room), LAMBDA x : Behind(x, at.e, at.last))
(* What the client got since it was last told of a gap is a run of L(r), and   *)
(* its position stands exactly behind it.                                      *)
I5 ==
  client.e # 0 =>
    LET all == After(client.from) rest == After(client) IN
    /\ Len(client.got) + Len(rest) = Len(all)
    /\ \A i \in 1..Len(client.got) : client.got[i] = all[i].id

(* ------------------------------- witnesses ------------------------------- *)
NoTruncated == told = 0
NoResumeOverEpochs == ~(client.from.e = 1 /\ client.e = 3 /\ client.got # <<>>)
NoPositionOfTheCut == ~(client.e = Pub + 1)
NoResumeBehindDeletion == ~(client.got # <<>> /\ start[1] > 1 /\ told = 0 /\ client.e = 2)
NoResidueResumed ==
  ~(client.e = 2 /\ client.got # <<>> /\ \E i \in 1..Len(L(Room)) :
      LET x == L(Room)[i] IN x.h = 2 /\ x.o < chain[2].B[RoomOwn[2]] /\ x.id = client.got[1])
=============================================================================
