------------------------------- MODULE RoomLog -------------------------------
(* The meaning of a room's log: pure functions of what the control log says.   *)
(* A chain is the sequence of published epochs, each [B, F] with one entry per *)
(* partition; own[j] is the partition that owns the room in epoch j. Epochs    *)
(* and offsets count from 1 here. v is the newest epoch that somebody knows.   *)
EXTENDS Integers, Sequences

Stray == 0

RECURSIVE Seg(_, _, _, _)
Seg(chain, v, p, o) ==
  IF v = 1 \/ chain[v].B[p] <= o THEN v ELSE Seg(chain, v - 1, p, o)

(* The first epoch from j up to route(o) in which p owns the room.             *)
RECURSIVE HomeFrom(_, _, _, _, _, _)
HomeFrom(chain, own, v, j, p, o) ==
  IF own[j] = p THEN j
  ELSE IF j < v /\ o >= chain[j + 1].F[p] THEN HomeFrom(chain, own, v, j + 1, p, o)
  ELSE Stray

Home(chain, own, v, p, o) == HomeFrom(chain, own, v, Seg(chain, v, p, o), p, o)

(* Where segment j of a room begins to be looked for, and its last offset.     *)
First(chain, j, p) == IF j = 1 THEN 1 ELSE chain[j].F[p]
Last(chain, v, j, p, end) == IF j < v THEN chain[j + 1].B[p] - 1 ELSE end

IsPrefix(a, b) == Len(a) <= Len(b) /\ \A i \in 1..Len(a) : a[i] = b[i]
Min(S) == CHOOSE x \in S : \A y \in S : x <= y
Max(S) == CHOOSE x \in S : \A y \in S : x >= y
Least(a, b) == IF a <= b THEN a ELSE b
Most(a, b) == IF a >= b THEN a ELSE b
=============================================================================
