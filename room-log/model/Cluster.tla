------------------------------- MODULE Cluster -------------------------------
(* What CutFenceRoute establishes, taken for granted: routers pass one stray   *)
(* atomically and never while an epoch is being cut. The surroundings in which *)
(* readers, resumes and sessions are modelled. Two partitions.                 *)
EXTENDS RoomLog

CONSTANTS
  Own,      \* room -> owner in each epoch
  Mutation

VARIABLES log, chain, cut, hints, pos
cluster == <<log, chain, cut, hints, pos>>

Parts == {1, 2}
Rooms == 1..Len(Own)
Epochs == Len(Own[1])
Pub == Len(chain)
Breaks(rule) == Mutation = rule

There == << <<1, 2>> >>
There_Back == << <<1, 2, 1>> >>
There_Stay == << <<1, 2, 2>> >>
Back_There == << <<2, 1, 2>> >>
ThereAndStay == << <<1, 2>>, <<2, 2>> >>
There_BackAndStay == << <<1, 2, 1>>, <<1, 1, 1>> >>
Stays == << <<1, 1>> >>
StaysAndThere == << <<1, 1>>, <<1, 2>> >>

(* The control log's length: odd while a cut runs.                             *)
Control == 2 * (Pub - 1) + (IF cut.k = 0 THEN 0 ELSE 1)

Message(r, id) == [t |-> "m", r |-> r, id |-> id, k |-> 0]
Put(p, x) == log' = [log EXCEPT ![p] = Append(@, x)]

StartCut ==
  /\ cut.k = 0 /\ Pub < Epochs
  /\ cut' = [k |-> Pub + 1, f |-> pos, bar |-> {}]
  /\ hints' = Append(hints, [p \in Parts |-> Len(log[p]) + 1])
  /\ UNCHANGED <<log, chain, pos>>
WriteBarrier(p) ==
  /\ cut.k # 0 /\ p \notin cut.bar
  /\ Put(p, [t |-> "b", r |-> 0, id |-> 0, k |-> cut.k])
  /\ cut' = [cut EXCEPT !.bar = @ \cup {p}]
  /\ UNCHANGED <<chain, hints, pos>>
BarrierOf(p, k) == Min({o \in 1..Len(log[p]) : log[p][o].t = "b" /\ log[p][o].k = k})
Publish ==
  /\ cut.k # 0 /\ cut.bar = Parts
  /\ chain' = Append(chain, [B |-> [p \in Parts |-> BarrierOf(p, cut.k)], F |-> cut.f])
  /\ cut' = [k |-> 0, f |-> <<>>, bar |-> {}]
  /\ UNCHANGED <<log, hints, pos>>

IsStray(p, o) ==
  log[p][o].t = "m" /\ Home(chain, Own[log[p][o].r], Pub, p, o) = Stray
RECURSIVE NextStray(_, _)
NextStray(p, o) == IF o > Len(log[p]) \/ IsStray(p, o) THEN o ELSE NextStray(p, o + 1)
Route(p) ==
  LET o == NextStray(p, pos[p]) IN
  /\ cut.k = 0 /\ o <= Len(log[p])
  /\ Put(Own[log[p][o].r][Pub], [log[p][o] EXCEPT !.t = "c", !.k = Pub])
  /\ pos' = [pos EXCEPT ![p] = o + 1]
  /\ UNCHANGED <<chain, cut, hints>>
(* Without a stray the position moves too; only the last place matters.        *)
Progress(p) ==
  LET o == NextStray(p, pos[p]) IN
  /\ cut.k = 0 /\ o > Len(log[p]) /\ o > pos[p]
  /\ pos' = [pos EXCEPT ![p] = o]
  /\ UNCHANGED <<log, chain, cut, hints>>

(* After k epochs in which nothing was written.                                *)
ClusterAt(k) ==
  /\ log = [p \in Parts |-> [j \in 1..(k - 1) |-> [t |-> "b", r |-> 0, id |-> 0, k |-> j + 1]]]
  /\ chain = [j \in 1..k |-> [B |-> [p \in Parts |-> Most(1, j - 1)], F |-> [p \in Parts |-> Most(1, j - 1)]]]
  /\ hints = [j \in 1..k |-> [p \in Parts |-> Most(1, j - 1)]]
  /\ cut = [k |-> 0, f |-> <<>>, bar |-> {}]
  /\ pos = [p \in Parts |-> k]
ClusterInit == ClusterAt(1)

(* L(r) for somebody who knows the epochs 1..v: home, offset and id of each     *)
(* record. At the barrier of a cut that runs, a room that moves ends; one that *)
(* stays is in the new epoch already.                                          *)
RECURSIVE Scan(_, _, _, _, _, _, _, _)
Scan(v, r, j, as, p, o, end, out) ==
  IF o > end THEN out
  ELSE LET x == log[p][o] IN
    IF x.t = "b" THEN
      IF x.k <= v THEN Scan(v, r, j, as, p, o + 1, end, out)
      ELSE IF Own[r][x.k] # p THEN out
      ELSE Scan(v, r, j, x.k, p, o + 1, end, out)
    ELSE IF x.r = r /\ Home(chain, Own[r], v, p, o) = j
      THEN Scan(v, r, j, as, p, o + 1, end, Append(out, [h |-> as, o |-> o, id |-> x.id]))
      ELSE Scan(v, r, j, as, p, o + 1, end, out)
RECURSIVE LogFrom(_, _, _, _)
LogFrom(v, r, j, out) ==
  IF j > v THEN out
  ELSE LET p == Own[r][j] IN
       LogFrom(v, r, j + 1,
               Scan(v, r, j, j, p, First(chain, j, p), Last(chain, v, j, p, Len(log[p])), out))
L(r) == LogFrom(Pub, r, 1, <<>>)

(* Positions of a room, in order.                                              *)
Behind(x, e, last) == x.h > e \/ (x.h = e /\ x.o > last)
=============================================================================
