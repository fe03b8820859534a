------------------------------ MODULE ControlLog ------------------------------
(* The control log with several operators that do not know of each other: each *)
(* acts on a prefix that it has read, wants a count of its own and may go on   *)
(* long after it was deposed. One router, whose commits go to a coordinator    *)
(* that is replaced while an old one still answers.                            *)
EXTENDS RoomLog

CONSTANTS
  Operators, Epochs,
  Strays,    \* what the router may pass
  Forgeries, Moves, \* of the coordinator
  Crashes,   \* of operators
  Stale,     \* beginnings with a prefix of the log
  Mutation

VARIABLES
  ctl,    \* control records: [t, k, by, n] and for an epoch B, F
  part,   \* data partitions: barriers [k, by], and copies [k]: by 0 is a forgery
  under,  \* epoch under which the router passed each stray: F is its length + 1
  old,    \* the position that a deposed coordinator knows; 0 when there is none
  rt,     \* router [ph, k, valid]
  ops,    \* operators
  left

vars == <<ctl, part, under, old, rt, ops, left>>

Parts == {1, 2}
Breaks(rule) == Mutation = rule

(* ------------------- folding the log: the first one wins ------------------ *)
Start == [pub |-> 1, cut |-> <<>>, chain |-> <<[by |-> 0, n |-> 0, B |-> <<1, 1>>, F |-> 1]>>]
Apply(s, x) ==
  IF x.t = "cut"
  THEN IF x.k = s.pub + 1 /\ (s.cut = <<>> \/ Breaks("last-cut-wins"))
       THEN [s EXCEPT !.cut = <<[by |-> x.by, n |-> x.n, hint |-> x.hint]>>] ELSE s
  ELSE IF x.t = "epoch"
  THEN IF x.k = s.pub + 1 /\ s.cut # <<>>
       THEN [pub |-> x.k, cut |-> <<>>,
             chain |-> Append(s.chain, [by |-> x.by, n |-> x.n, B |-> x.B, F |-> x.F])]
       ELSE IF Breaks("last-epoch-wins") /\ x.k = s.pub /\ s.cut = <<>>
       THEN [s EXCEPT !.chain[x.k] = [by |-> x.by, n |-> x.n, B |-> x.B, F |-> x.F]]
       ELSE s
  ELSE s
RECURSIVE Fold(_, _, _)
Fold(s, from, to) == IF from > to THEN s ELSE Fold(Apply(s, ctl[from]), from + 1, to)
At(n) == Fold(Start, 1, n)
Now == At(Len(ctl))

(* ------------------------------- operators ------------------------------- *)
Idle == [ph |-> "idle", k |-> 0, cut |-> <<>>, fenced |-> FALSE, f |-> 0, b |-> <<0, 0>>]

Do(o, new) == ops' = [ops EXCEPT ![o] = new]
Same(S) == UNCHANGED S

(* A deposed one may have read as little as it likes, and does not know it.    *)
Begin(o) ==
  /\ ops[o].ph = "idle"
  /\ \E n \in 0..Len(ctl) :
     LET s == At(n)
         hint == [p \in Parts |-> Len(part[p]) + 1]
     IN
     /\ IF n = Len(ctl) THEN Same(left)
        ELSE left.stale > 0 /\ left' = [left EXCEPT !.stale = @ - 1]
     /\ IF s.cut = <<>>
        THEN /\ s.pub < Epochs
             /\ ctl' = Append(ctl, [t |-> "cut", k |-> s.pub + 1, by |-> o, n |-> o,
                                    B |-> <<>>, F |-> 0, hint |-> hint])
             /\ Do(o, [Idle EXCEPT !.ph = IF Breaks("not-read-back") THEN "cut" ELSE "back",
                                   !.k = s.pub + 1, !.cut = <<[by |-> o, n |-> o, hint |-> hint]>>])
        ELSE /\ Do(o, [Idle EXCEPT !.ph = "cut", !.k = s.pub + 1, !.cut = s.cut])
             /\ Same(ctl)
  /\ Same(<<part, under, old, rt>>)

(* It adopts whatever cut is first.                                            *)
ReadBack(o) ==
  /\ ops[o].ph = "back"
  /\ LET s == Now IN
     IF s.cut # <<>> /\ s.pub + 1 = ops[o].k
     THEN Do(o, [ops[o] EXCEPT !.ph = "cut", !.cut = s.cut])
     ELSE Do(o, Idle)
  /\ Same(<<ctl, part, under, old, rt, left>>)

Fence(o) ==
  /\ ops[o].ph = "cut" /\ ~ops[o].fenced
  /\ Do(o, [ops[o] EXCEPT !.fenced = TRUE])
  /\ rt' = [rt EXCEPT !.valid = FALSE]
  /\ Same(<<ctl, part, under, old, left>>)

(* A write proves that this coordinator is current, then it is read.           *)
ReadF(o) ==
  /\ ops[o].ph = "cut" /\ ops[o].fenced
  /\ \E f \in {Len(under) + 1} \cup (IF Breaks("stale-coordinator") /\ old > 0 THEN {old} ELSE {}) :
       Do(o, [ops[o] EXCEPT !.ph = "barriers", !.f = f])
  /\ Same(<<ctl, part, under, old, rt, left>>)

WriteBarrier(o, p) ==
  /\ ops[o].ph = "barriers" /\ ops[o].b[p] = 0
  /\ LET new == Append(part[p], [t |-> "b", k |-> ops[o].k, by |-> ops[o].cut[1].by])
         mine == Len(new)
         counting == {i \in ops[o].cut[1].hint[p]..mine :
                        new[i].t = "b" /\ new[i].k = ops[o].k /\ new[i].by = ops[o].cut[1].by}
     IN
     /\ part' = [part EXCEPT ![p] = new]
     /\ Do(o, [ops[o] EXCEPT !.b[p] = IF Breaks("own-barrier") THEN mine ELSE Min(counting)])
  /\ Same(<<ctl, under, old, rt, left>>)

Publish(o) ==
  /\ ops[o].ph = "barriers"
  /\ \A p \in Parts : ops[o].b[p] # 0 \/ Breaks("M1")
  /\ ctl' = Append(ctl, [t |-> "epoch", k |-> ops[o].k, by |-> ops[o].cut[1].by,
                         n |-> ops[o].cut[1].n, B |-> ops[o].b, F |-> ops[o].f, hint |-> <<>>])
  /\ Do(o, Idle)
  /\ Same(<<part, under, old, rt, left>>)

Crash(o) ==
  /\ left.crash > 0 /\ ops[o].ph # "idle"
  /\ left' = [left EXCEPT !.crash = @ - 1]
  /\ Do(o, Idle) /\ Same(<<ctl, part, under, old, rt>>)

(* -------------------------------- router --------------------------------- *)
Sync ==
  /\ ~rt.valid \/ rt.ph = "init"
  /\ IF ~rt.valid THEN rt' = [ph |-> "init", k |-> 0, valid |-> TRUE]
     ELSE LET s == Now IN s.cut = <<>> /\ rt' = [rt EXCEPT !.ph = "run", !.k = s.pub]
  /\ Same(<<ctl, part, under, old, ops, left>>)
Pass ==
  /\ rt.valid /\ rt.ph = "run" /\ Len(under) < Strays
  /\ under' = Append(under, rt.k)
  /\ part' = [part EXCEPT ![2] = Append(@, [t |-> "c", k |-> rt.k, by |-> 0])]
  /\ Same(<<ctl, old, rt, ops, left>>)
MoveCoordinator ==
  /\ left.move > 0 /\ left' = [left EXCEPT !.move = @ - 1]
  /\ old' = Len(under) + 1
  /\ Same(<<ctl, part, under, rt, ops>>)

Forge(p) ==
  /\ left.forge > 0 /\ left' = [left EXCEPT !.forge = @ - 1]
  /\ part' = [part EXCEPT ![p] = Append(@, [t |-> "b", k |-> Now.pub + 1, by |-> 0])]
  /\ Same(<<ctl, under, old, rt, ops>>)

(* ------------------------------- behaviour ------------------------------- *)
Init ==
  /\ ctl = <<>> /\ part = [p \in Parts |-> <<>>] /\ under = <<>> /\ old = 0
  /\ rt = [ph |-> "run", k |-> 1, valid |-> TRUE]
  /\ ops = [o \in 1..Operators |-> Idle]
  /\ left = [forge |-> Forgeries, move |-> Moves, crash |-> Crashes, stale |-> Stale]
Operate(o) ==
  Begin(o) \/ ReadBack(o) \/ Fence(o) \/ ReadF(o) \/ (\E p \in Parts : WriteBarrier(o, p)) \/ Publish(o)
Next ==
  \/ \E o \in 1..Operators : Operate(o) \/ Crash(o)
  \/ Sync \/ Pass \/ MoveCoordinator \/ \E p \in Parts : Forge(p)
Spec == Init /\ [][Next]_vars
(* One operator that goes on is enough.                                        *)
FairSpec == Spec /\ WF_vars(Operate(1)) /\ WF_vars(Sync)

(* ------------------------------- invariants ------------------------------ *)
(* Who knows cut(k) or epoch(k) knows the same, however far he has read, and   *)
(* acts on no other.                                                           *)
Known(n) == At(n)
I1 ==
  /\ \A n \in 0..Len(ctl) :
       LET a == Known(n) IN
       /\ \A k \in 1..a.pub : a.chain[k] = Now.chain[k]
       /\ a.cut # <<>> =>
            IF Now.pub = a.pub THEN a.cut = Now.cut ELSE a.cut[1].by = Now.chain[a.pub + 1].by
  /\ \A o \in 1..Operators :
       ops[o].ph \in {"cut", "barriers"} =>
         IF Now.pub >= ops[o].k THEN ops[o].cut[1].by = Now.chain[ops[o].k].by
         ELSE ops[o].cut = Now.cut
I2 ==
  \A k \in 2..Now.pub : \A p \in Parts :
    LET b == {i \in 1..Len(part[p]) : part[p][i].t = "b" /\ part[p][i].k = k /\ part[p][i].by = Now.chain[k].by}
    IN b # {} /\ Now.chain[k].B[p] = Min(b)
I3 ==
  \A i \in 1..Len(part[2]) :
    LET x == part[2][i] IN
    x.t = "c" =>
      /\ x.k <= Now.pub /\ Now.chain[x.k].B[2] <= i
      /\ x.k < Now.pub => i < Now.chain[x.k + 1].B[2]
I4 ==
  \A k \in 2..Now.pub : \A x \in 1..Len(under) : (x < Now.chain[k].F) = (under[x] < k)
V2 == \A k \in 2..Epochs : (Now.pub = k - 1 /\ Now.cut # <<>>) ~> (Now.pub >= k)

(* ------------------------------- witnesses ------------------------------- *)
NoRivalCut == ~\E i, j \in 1..Len(ctl) : i < j /\ ctl[i].t = "cut" /\ ctl[j].t = "cut" /\ ctl[i].k = ctl[j].k
(* B cannot differ: whoever looks finds the same first barrier. F can.          *)
NoLateEpoch ==
  ~\E i, j \in 1..Len(ctl) : i < j /\ ctl[i].t = "epoch" /\ ctl[j].t = "epoch" /\ ctl[i].k = ctl[j].k
     /\ ctl[i].F # ctl[j].F
NoAdoption == ~\E o \in 1..Operators : ops[o].ph = "barriers" /\ ops[o].cut[1].by # o
NoZombieBarrier == ~\E o \in 1..Operators : ops[o].ph = "barriers" /\ ops[o].k <= Now.pub /\ ops[o].b # <<0, 0>>
NoRoutedBetween == ~(Len(under) = Strays /\ Strays > 1 /\ under[1] = 1 /\ under[Strays] = 2)
=============================================================================
