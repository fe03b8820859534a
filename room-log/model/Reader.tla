------------------------------- MODULE Reader -------------------------------
(* The reader of a pod as it is built: per partition a head, per room a cursor *)
(* (epoch, partition, last offset). When an epoch is published and a room's    *)
(* old segment is read to its end, its new partition is read again from F.     *)
EXTENDS Cluster

CONSTANTS
  Messages, \* written in all, to any room and any partition
  TailLength,     \* records that are read before the stable end
  Begins    \* partitions that the pod begins by itself

VARIABLES n, known, tails, cur, from, out
vars == <<cluster, n, known, tails, cur, from, out>>

Both == {1, 2}
None == [e |-> 0, p |-> 0, last |-> 0]
Off == [ph |-> "off", s |-> 0, c |-> 0, low |-> 0, head |-> 0, high |-> 0, bar |-> 0, strays |-> {}]
From(at, s) == [Off EXCEPT !.ph = "on", !.s = s, !.low = at, !.head = at, !.high = at]

(* What the pod knows of the control log.                                      *)
V(c) == c \div 2 + 1
KnowsCut(c) == c % 2 = 1
BarrierAt(c, k, p) == IF k > V(c) THEN 1000 ELSE IF k = 1 THEN 1 ELSE chain[k].B[p]
RoutedAt(k, p) == IF k = 1 THEN 1 ELSE chain[k].F[p]
StaysIn(r, p, a, b) == \A k \in a..b : Own[r][k] = p

Withheld == -2
Place(c, t, p, r, o) ==
  IF t.bar = 0 \/ o < t.bar THEN Home(chain, Own[r], V(c), p, o)
  ELSE IF Own[r][V(c) + 1] # p THEN Stray
  ELSE IF Own[r][V(c)] = p THEN V(c) + 1 ELSE Withheld

Takes(x, r, p, home, o) ==
  /\ x.p = p /\ (o > x.last \/ Breaks("no-cursor")) /\ home >= x.e
  /\ home = x.e \/ StaysIn(r, p, x.e, home)

(* --------------------- going on in the next epoch ------------------------ *)
(* One room: the segment that it reads now, and from where its partition has   *)
(* to be read again (0: not).                                                  *)
RECURSIVE GoOn(_, _, _, _)
GoOn(c, ts, r, x) ==
  IF x.e = 0 \/ x.e >= V(c) THEN [x |-> x, again |-> 0]
  ELSE LET t == ts[x.p] k == x.e + 1 q == Own[r][k] IN
    IF ~Breaks("early") /\ (t.ph # "on" \/ t.head < BarrierAt(c, k, x.p)) THEN [x |-> x, again |-> 0]
    ELSE IF q = x.p THEN GoOn(c, ts, r, [x EXCEPT !.e = k])
    ELSE LET at == IF Breaks("from-barrier") THEN chain[k].B[q] ELSE RoutedAt(k, q) IN
      [x |-> [e |-> k, p |-> q, last |-> RoutedAt(k, q) - 1],
       again |-> IF Breaks("no-rewind") THEN 1000 ELSE at]

Rewound(t, at) ==
  IF at = 0 THEN t
  ELSE IF t.ph # "on" THEN From(at, 1)
  ELSE IF t.head > at
    THEN [t EXCEPT !.head = at, !.low = Least(@, at), !.strays = {o \in @ : o < at}]
  ELSE t

Settle(c, ts, cs, gained) ==
  LET moved == [r \in Rooms |-> GoOn(c, ts, r, cs[r])]
      places(p) == {moved[r].again : r \in {r \in Rooms : moved[r].x.p = p /\ moved[r].again > 0}}
                   \cup gained[p]
      at(p) == IF places(p) = {} THEN 0 ELSE Min(places(p))
  IN
  /\ cur' = [r \in Rooms |-> moved[r].x]
  /\ tails' = [p \in Parts |->
       Rewound(ts[p], IF at(p) = 1000 THEN (IF ts[p].ph = "on" THEN 0 ELSE Len(log[p]) + 1) ELSE at(p))]

(* ------------------------------- the pod --------------------------------- *)
LearnUpTo(c) ==
  LET published == V(c) > V(known)
      forget(t) == IF t.bar # 0 /\ published THEN [t EXCEPT !.bar = 0] ELSE t
  IN
  /\ known' = c
  /\ Settle(c, [p \in Parts |-> forget(tails[p])], cur,
            [p \in Parts |-> IF published /\ tails[p].ph = "on" /\ ~Breaks("no-rewind")
                             THEN {IF Breaks("from-barrier") THEN chain[V(known) + 1].B[p]
                                   ELSE RoutedAt(V(known) + 1, p)} ELSE {}])
Learn ==
  /\ known < Control
  /\ \E c \in (known + 1)..Control : LearnUpTo(c)
  /\ UNCHANGED <<cluster, n, from, out>>

(* A partition begins: sample the stable end, then read the control log to its *)
(* end, then start no later than the hint of a running cut.                    *)
Sample(p) ==
  /\ p \in Begins /\ tails[p].ph = "off" /\ ~Breaks("control-first")
  /\ tails' = [tails EXCEPT ![p] = [Off EXCEPT !.ph = "sampled", !.s = Len(log[p]) + 1, !.c = Control]]
  /\ UNCHANGED <<cluster, n, known, cur, from, out>>
StartAt(p, s) ==
  LET tail == Most(1, s - TailLength) IN
  IF KnowsCut(known) /\ ~Breaks("no-hint") THEN Least(tail, hints[V(known) + 1][p]) ELSE tail
Begin(p) ==
  /\ IF Breaks("control-first") THEN p \in Begins /\ tails[p].ph = "off"
     ELSE tails[p].ph = "sampled" /\ known >= tails[p].c
  /\ LET s == IF Breaks("control-first") THEN Len(log[p]) + 1 ELSE tails[p].s IN
     tails' = [tails EXCEPT ![p] = From(StartAt(p, s), s)]
  /\ UNCHANGED <<cluster, n, known, cur, from, out>>

(* A barrier whose cut is unknown stops the partition until it is known.       *)
Met(p, x) == x.k <= V(known) \/ (x.k = V(known) + 1 /\ KnowsCut(known))
Show(p) ==
  LET t == tails[p] o == t.head x == log[p][o] IN
  /\ t.ph = "on" /\ o <= Len(log[p])
  /\ x.t = "b" => Met(p, x)
  /\ LET seen == IF x.t = "b" /\ x.k > V(known) /\ t.bar = 0 THEN [t EXCEPT !.bar = o] ELSE t
         home == IF x.t = "b" THEN Withheld ELSE Place(known, t, p, x.r, o)
         takes == x.t # "b" /\ home > 0 /\ cur[x.r].e > 0 /\ Takes(cur[x.r], x.r, p, home, o)
         cs == IF takes THEN [cur EXCEPT ![x.r] = [@ EXCEPT !.e = home, !.last = o]] ELSE cur
         ts == [tails EXCEPT ![p] =
                  [seen EXCEPT !.head = o + 1, !.high = Most(@, o + 1),
                               !.strays = IF x.t = "m" /\ home = Stray THEN @ \cup {o} ELSE @]]
     IN
     /\ out' = IF takes THEN [out EXCEPT ![x.r] = Append(@, x.id)] ELSE out
     /\ Settle(known, ts, cs, [q \in Parts |-> {}])
  /\ UNCHANGED <<cluster, n, known, from>>

(* A subscription is live from the reader's head.                              *)
LiveAt(r) ==
  LET v == V(known) p == Own[r][v] t == tails[p]
      now == IF t.bar # 0 /\ t.head > t.bar THEN v + 1 ELSE v
  IN IF now = v THEN [e |-> v, p |-> p, last |-> t.head - 1]
     ELSE IF Own[r][v + 1] = p THEN [e |-> v + 1, p |-> p, last |-> t.head - 1]
     ELSE [e |-> v, p |-> p, last |-> t.bar - 1]
Subscribe(r) ==
  LET t == tails[Own[r][V(known)]] IN
  /\ from[r] = None /\ t.ph = "on" /\ t.head >= t.s
  /\ from' = [from EXCEPT ![r] = LiveAt(r)] /\ cur' = [cur EXCEPT ![r] = LiveAt(r)]
  /\ UNCHANGED <<cluster, n, known, tails, out>>

(* The router takes its progress from the reader's head, if no stray is known. *)
ReaderProgress(p) ==
  LET t == tails[p] at == IF Breaks("progress-from-highest") THEN t.high ELSE t.head IN
  /\ cut.k = 0 /\ t.ph = "on" /\ pos[p] >= t.low /\ at > pos[p]
  /\ \A o \in t.strays : o < pos[p]
  /\ pos' = [pos EXCEPT ![p] = at]
  /\ UNCHANGED <<log, chain, cut, hints, n, known, tails, cur, from, out>>

Write ==
  /\ n < Messages /\ n' = n + 1
  /\ \E p \in Parts, r \in Rooms : Put(p, Message(r, n + 1))
  /\ UNCHANGED <<chain, cut, hints, pos, known, tails, cur, from, out>>

Pod == <<n, known, tails, cur, from, out>>
Init ==
  /\ ClusterInit /\ n = 0 /\ known = 0 /\ tails = [p \in Parts |-> Off]
  /\ cur = [r \in Rooms |-> None] /\ from = cur /\ out = [r \in Rooms |-> <<>>]
Next ==
  \/ Write \/ Learn
  \/ (StartCut \/ Publish \/ \E p \in Parts : WriteBarrier(p) \/ Route(p)) /\ UNCHANGED Pod
  \/ \E p \in Parts : Sample(p) \/ Begin(p) \/ Show(p) \/ ReaderProgress(p)
  \/ \E r \in Rooms : Subscribe(r)
Spec == Init /\ [][Next]_vars

(* ------------------------------- invariants ------------------------------ *)
Expected(r) == SelectSeq(L(r), LAMBDA x : Behind(x, from[r].e, from[r].last))
Same(ids, xs) == \A i \in 1..Len(ids) : ids[i] = xs[i].id
(* What a subscription got is a run of L(r) from where it began.               *)
I5 == \A r \in Rooms : from[r] # None => Len(out[r]) <= Len(Expected(r)) /\ Same(out[r], Expected(r))
(* And nothing is missing once all is read. Nothing is routed twice or never.  *)
AllRead(r) ==
  /\ cut.k = 0 /\ known = Control /\ tails[cur[r].p].ph = "on"
  /\ tails[cur[r].p].head = Len(log[cur[r].p]) + 1
V1 == \A r \in Rooms : from[r] # None /\ AllRead(r) => Len(out[r]) = Len(Expected(r))
I4 ==
  \A p \in Parts : \A o \in 1..(pos[p] - 1) :
    IsStray(p, o) => \E q \in Parts : \E i \in 1..Len(log[q]) : log[q][i].t = "c" /\ log[q][i].id = log[p][o].id

(* ------------------------------- witnesses ------------------------------- *)
NoMove == \A r \in Rooms : ~(from[r] # None /\ cur[r].p # from[r].p /\ Len(out[r]) = 2)
NoReturn == \A r \in Rooms : ~(from[r].e = 1 /\ cur[r].e = 3 /\ Len(out[r]) = Messages)
NoResidue ==
  \A r \in Rooms : ~(from[r].e = 1 /\ cur[r].e = 2 /\ Len(out[r]) > 0
    /\ \E i \in 1..Len(L(r)) : L(r)[i].h = 2 /\ L(r)[i].o < chain[2].B[cur[r].p] /\ L(r)[i].id = out[r][Len(out[r])])
NoRewindBehindHead == \A p \in Parts : ~(tails[p].ph = "on" /\ tails[p].head < tails[p].high /\ \E r \in Rooms : out[r] # <<>> /\ cur[r].p = p)
NoStartAtHint == \A p \in Parts : ~(tails[p].ph = "on" /\ cut.k # 0 /\ known = Control /\ tails[p].low = hints[cut.k][p] /\ tails[p].low < tails[p].s - TailLength)
NoProgress == \A p \in Parts : ~(pos[p] > 2 /\ tails[p].head = pos[p] /\ tails[p].strays # {} )
NoLateLearner == ~(\E r \in Rooms : out[r] # <<>> /\ known + 3 <= Control)
=============================================================================
