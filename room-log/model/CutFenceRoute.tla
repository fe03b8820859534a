---------------------------- MODULE CutFenceRoute ----------------------------
(* The core: partitions, barriers, routers, an operator that may crash and     *)
(* whose predecessor may wake up, producers of every kind. A rule that         *)
(* Mutation names is broken.                                                   *)
EXTENDS RoomLog

CONSTANTS
  P,              \* number of partitions
  Own,            \* room -> owner in each epoch
  Senders,        \* sequence of [kind, room, at, to, n]
  OperatorCrashes, RouterCrashes, Zombies, Forgeries,
  Mutation

VARIABLES
  log,    \* per partition: records
  chain,  \* published epochs
  cut,    \* [k, ready]: 0 or the epoch that is being cut; whether its barriers may be out
  pos,    \* F: committed router positions
  rt,     \* routers
  op,     \* the operator's memory
  snd,    \* senders
  left,   \* faults that may still happen
  rd,     \* what can be read of each room's log with the newest knowledge
  kept    \* whether rd only ever grew at its end

vars == <<log, chain, cut, pos, rt, op, snd, left, rd, kept>>

Parts == 1..P
Rooms == 1..Len(Own)
Who == 1..Len(Senders)
Epochs == Len(Own[1])
Pub == Len(chain)
Breaks(rule) == Mutation = rule

(* ------------------------------- sizes ----------------------------------- *)
There_Back == << <<1, 2, 1>> >>
There_Back_There == << <<1, 2, 1, 2>> >>
There_Stay == << <<1, 2, 2>> >>
There == << <<1, 2>> >>
There_BackAndStay == << <<1, 2, 1>>, <<1, 1, 1>> >>
ThereAndStay == << <<1, 2>>, <<1, 1>> >>
ThreeOwners == << <<1, 2, 3>> >>
S(kind, room, at, to, n) == [kind |-> kind, room |-> room, at |-> at, to |-> to, n |-> n]
Old1 == <<S("fixed", 1, 1, 1, 1)>>
Old2 == <<S("fixed", 1, 1, 1, 2)>>
Old3 == <<S("fixed", 1, 1, 1, 3)>>
New2 == <<S("fixed", 1, 2, 2, 2)>>
New3 == <<S("fixed", 1, 2, 2, 3)>>
Session2 == <<S("session", 1, 1, 1, 2)>>
Session3 == <<S("session", 1, 1, 1, 3)>>
Old1Session1 == <<S("fixed", 1, 1, 1, 1), S("session", 1, 1, 1, 1)>>
Old2Session1 == <<S("fixed", 1, 1, 1, 2), S("session", 1, 1, 1, 1)>>
Old2Session2 == <<S("fixed", 1, 1, 1, 2), S("session", 1, 1, 1, 2)>>
Old2Stay1 == <<S("fixed", 1, 1, 1, 2), S("fixed", 2, 1, 1, 1)>>
Drain2 == <<S("drain", 1, 1, 2, 2)>>
Drain3 == <<S("drain", 1, 1, 2, 3)>>
Txn2 == <<S("txn", 1, 1, 1, 2)>>
Txn1Old1 == <<S("txn", 1, 1, 1, 1), S("fixed", 1, 1, 1, 1)>>
Txn2Old1 == <<S("txn", 1, 1, 1, 2), S("fixed", 1, 1, 1, 1)>>
Refresh2 == <<S("refresh", 1, 1, 2, 2)>>
Refresh3 == <<S("refresh", 1, 1, 2, 3)>>

(* ------------------------------- records --------------------------------- *)
Message(s, i, st) == [t |-> "m", s |-> s, i |-> i, k |-> 0, st |-> st]
Copy(x, k, st) == [t |-> "c", s |-> x.s, i |-> x.i, k |-> k, st |-> st]
Barrier(k) == [t |-> "b", s |-> 0, i |-> 0, k |-> k, st |-> "ok"]
Forged(k) == [t |-> "b", s |-> 0, i |-> 1, k |-> k, st |-> "ok"]
RoomOf(x) == Senders[x.s].room

(* A barrier counts only with the nonce of the cut.                            *)
Counts(x) == x.t = "b" /\ (x.i = 0 \/ Breaks("nonce"))
BarriersOf(p, k) == {o \in 1..Len(log[p]) : Counts(log[p][o]) /\ log[p][o].k = k}
OpenAt(p) == {o \in 1..Len(log[p]) : log[p][o].st = "open"}
Stable(p) == IF OpenAt(p) = {} THEN Len(log[p]) + 1 ELSE Min(OpenAt(p))

HomeHere(ch, own, v, p, o) ==
  IF Breaks("M4") THEN IF own[Seg(ch, v, p, o)] = p THEN Seg(ch, v, p, o) ELSE Stray
  ELSE Home(ch, own, v, p, o)

(* L(r) as far as somebody can read it who knows the epochs 1..v and meets the *)
(* barriers in the log.                                                        *)
RECURSIVE Scan(_, _, _, _, _, _, _, _, _)
Scan(lg, ch, v, r, j, p, o, end, out) ==
  IF o > end THEN [out |-> out, stop |-> FALSE]
  ELSE LET x == lg[p][o] IN
    IF x.st = "open" /\ ~Breaks("uncommitted") THEN [out |-> out, stop |-> TRUE]
    ELSE IF x.t = "b" THEN
      IF j = v /\ x.k > v /\ Counts(x) /\ ~Breaks("M9")
         /\ (Own[r][x.k] # p \/ Breaks("all-wait"))
      THEN [out |-> out, stop |-> TRUE]
      ELSE Scan(lg, ch, v, r, j, p, o + 1, end, out)
    ELSE IF x.st # "dead" /\ RoomOf(x) = r /\ HomeHere(ch, Own[r], v, p, o) = j
      THEN Scan(lg, ch, v, r, j, p, o + 1, end, Append(out, <<x.s, x.i>>))
      ELSE Scan(lg, ch, v, r, j, p, o + 1, end, out)

RECURSIVE LogFrom(_, _, _, _, _, _)
LogFrom(lg, ch, v, r, j, out) ==
  IF j > v THEN out
  ELSE LET p == Own[r][j]
           x == Scan(lg, ch, v, r, j, p, First(ch, j, p), Last(ch, v, j, p, Len(lg[p])), out)
       IN IF x.stop THEN x.out ELSE LogFrom(lg, ch, v, r, j + 1, x.out)

L(lg, ch, v, r) == LogFrom(lg, ch, v, r, 1, <<>>)

(* ------------------------------- senders --------------------------------- *)
Put(p, x) == log' = [log EXCEPT ![p] = Append(@, x)]

Send(s) ==
  LET c == Senders[s] p == snd[s].at IN
  /\ snd[s].n < c.n /\ ~snd[s].open
  /\ Put(p, Message(s, snd[s].n + 1, IF c.kind = "txn" THEN "open" ELSE "ok"))
  /\ snd' = [snd EXCEPT ![s] = [@ EXCEPT !.n = @ + 1, !.last = Len(log[p]) + 1,
                                         !.open = (c.kind = "txn")]]
  /\ UNCHANGED <<chain, cut, pos, rt, op, left>>

(* A user's own transaction ends, whatever happened in between.                *)
EndTransaction(s) ==
  /\ snd[s].open
  /\ \E st \in {"ok", "dead"} : log' = [log EXCEPT ![snd[s].at][snd[s].last].st = st]
  /\ snd' = [snd EXCEPT ![s].open = FALSE]
  /\ UNCHANGED <<chain, cut, pos, rt, op, left>>

(* settled(p, o) for somebody who knows the epochs 1..v.                       *)
Settled(s, v) ==
  LET p == snd[s].at o == snd[s].last own == Own[Senders[s].room] IN
  o = 0 \/ own[Seg(chain, v, p, o)] = p \/ pos[p] > o

MoveSession(s) ==
  /\ Senders[s].kind = "session" /\ snd[s].n < Senders[s].n
  /\ \E v \in (snd[s].view + 1)..Pub :
       LET q == Own[Senders[s].room][v] IN
       /\ q = snd[s].at \/ Settled(s, v) \/ Breaks("M7")
       /\ snd' = [snd EXCEPT ![s] = [@ EXCEPT !.view = v, !.at = q,
                                              !.last = IF q = snd[s].at THEN @ ELSE 0]]
  /\ UNCHANGED <<log, chain, cut, pos, rt, op, left>>

(* A producer without our library that changes its count once.                 *)
SwitchProducer(s) ==
  /\ snd[s].at # Senders[s].to
  /\ \/ Senders[s].kind = "refresh"
     \/ Senders[s].kind = "drain" /\ (pos[snd[s].at] > snd[s].last \/ Breaks("M10"))
  /\ snd' = [snd EXCEPT ![s] = [@ EXCEPT !.at = Senders[s].to, !.last = 0]]
  /\ UNCHANGED <<log, chain, cut, pos, rt, op, left>>

(* ------------------------------- operator -------------------------------- *)
Fresh == [fenced |-> 0, f |-> <<>>, bar |-> {}]

Cut ==
  /\ cut.k = 0 /\ Pub < Epochs
  /\ Breaks("refresh") \/ \A s \in Who : Senders[s].kind = "refresh" => snd[s].at = Senders[s].to
  /\ cut' = [k |-> Pub + 1, ready |-> FALSE]
  /\ op' = [Fresh EXCEPT !.f = IF Breaks("M8") THEN pos ELSE <<>>]
  /\ UNCHANGED <<log, chain, pos, rt, snd, left>>

Abort(lg, p) ==
  IF rt[p].open = <<>> \/ Breaks("M6") THEN lg
  ELSE [lg EXCEPT ![rt[p].open[1]][rt[p].open[2]].st = "dead"]

Fence ==
  LET p == op.fenced + 1 IN
  /\ cut.k # 0 /\ op.fenced < P /\ ~Breaks("M2")
  /\ op' = [op EXCEPT !.fenced = p]
  /\ rt' = [rt EXCEPT ![p] = [@ EXCEPT !.valid = FALSE, !.open = <<>>]]
  /\ log' = Abort(log, p)
  /\ UNCHANGED <<chain, cut, pos, snd, left>>

Fenced == op.fenced = P \/ Breaks("M2")

ReadPositions ==
  /\ cut.k # 0 /\ Fenced /\ op.f = <<>>
  /\ op' = [op EXCEPT !.f = pos]
  /\ cut' = [cut EXCEPT !.ready = TRUE]
  /\ UNCHANGED <<log, chain, pos, rt, snd, left>>

WriteBarrier(p) ==
  /\ cut.k # 0 /\ Fenced /\ op.f # <<>> /\ p \notin op.bar
  /\ Put(p, Barrier(cut.k))
  /\ op' = [op EXCEPT !.bar = @ \cup {p}]
  /\ UNCHANGED <<chain, cut, pos, rt, snd, left>>

WhereCut(p) ==
  LET b == BarriersOf(p, cut.k) IN
  IF b = {} THEN Len(log[p]) + 1 ELSE IF Breaks("last-barrier") THEN Max(b) ELSE Min(b)

Publish ==
  /\ cut.k # 0 /\ (IF Breaks("M1") THEN op.bar # {} ELSE op.bar = Parts)
  /\ chain' = Append(chain, [B |-> [p \in Parts |-> WhereCut(p)], F |-> op.f])
  /\ cut' = [k |-> 0, ready |-> FALSE] /\ op' = Fresh
  /\ UNCHANGED <<log, pos, rt, snd, left>>

(* The next operator repeats everything from the cut on.                       *)
CrashOperator ==
  /\ left.op > 0 /\ cut.k # 0 /\ op # Fresh
  /\ left' = [left EXCEPT !.op = @ - 1] /\ op' = Fresh
  /\ UNCHANGED <<log, chain, cut, pos, rt, snd>>

(* A frozen operator wakes up and repeats a barrier that it had a right to.    *)
ZombieBarrier(p) ==
  /\ left.zombie > 0
  /\ \E k \in 2..(IF cut.k # 0 /\ cut.ready THEN cut.k ELSE Pub) : Put(p, Barrier(k))
  /\ left' = [left EXCEPT !.zombie = @ - 1]
  /\ UNCHANGED <<chain, cut, pos, rt, op, snd>>

(* Somebody guesses uid, tid and k, but not the nonce.                         *)
ForgeBarrier(p) ==
  /\ left.forge > 0 /\ Pub < Epochs
  /\ Put(p, Forged(Pub + 1))
  /\ left' = [left EXCEPT !.forge = @ - 1]
  /\ UNCHANGED <<chain, cut, pos, rt, op, snd>>

(* ------------------------------- routers --------------------------------- *)
IsStray(p, k, o) ==
  LET x == log[p][o] own == Own[RoomOf(x)] IN
  /\ x.t = "m" /\ x.st = "ok"
  /\ IF Breaks("M5") THEN own[Seg(chain, k, p, o)] # p /\ own[k] # p
     ELSE HomeHere(chain, own, k, p, o) = Stray

(* Up to the next stray, an open transaction, or a barrier of an epoch to come. *)
RECURSIVE Reach(_, _, _)
Reach(p, k, o) ==
  IF o > Len(log[p]) THEN o
  ELSE LET x == log[p][o] IN
    IF x.st = "open" \/ (Counts(x) /\ x.k > k) \/ IsStray(p, k, o) THEN o
    ELSE Reach(p, k, o + 1)

AtStray(p, k, o) == o <= Len(log[p]) /\ IsStray(p, k, o)
BeforeBarrier(p, k) == \A o \in 1..(pos[p] - 1) : ~(Counts(log[p][o]) /\ log[p][o].k > k)
Routes(p) == rt[p].ph = "run" /\ rt[p].valid /\ rt[p].open = <<>> /\ BeforeBarrier(p, rt[p].k)

InitRouter(p) ==
  /\ rt[p].ph = "down" \/ ~rt[p].valid
  /\ ~Breaks("M3") \/ rt[p].ph = "looked"
  /\ rt' = [rt EXCEPT ![p] = [@ EXCEPT !.ph = IF Breaks("M3") THEN "run" ELSE "init",
                                       !.valid = TRUE, !.open = <<>>]]
  /\ log' = Abort(log, p)
  /\ UNCHANGED <<chain, cut, pos, op, snd, left>>

Look(p) ==
  /\ cut.k = 0
  /\ IF Breaks("M3") THEN rt[p].ph # "looked" /\ (rt[p].ph = "down" \/ ~rt[p].valid)
     ELSE rt[p].ph = "init" /\ rt[p].valid
  /\ rt' = [rt EXCEPT ![p] = [@ EXCEPT !.ph = IF Breaks("M3") THEN "looked" ELSE "run", !.k = Pub]]
  /\ pos' = IF Breaks("M11") THEN [pos EXCEPT ![p] = Most(@, chain[Pub].B[p])] ELSE pos
  /\ UNCHANGED <<log, chain, cut, op, snd, left>>

(* Without the fence routers would follow the control log as they run.         *)
Relearn(p) ==
  /\ Breaks("M2") /\ rt[p].ph = "run" /\ rt[p].open = <<>> /\ rt[p].k < Pub
  /\ rt' = [rt EXCEPT ![p].k = @ + 1]
  /\ UNCHANGED <<log, chain, cut, pos, op, snd, left>>

OpenCopy(p) ==
  /\ Routes(p)
  /\ LET k == rt[p].k o == Reach(p, k, pos[p]) IN
     /\ AtStray(p, k, o)
     /\ LET q == Own[RoomOf(log[p][o])][k] IN
        /\ Put(q, Copy(log[p][o], k, IF Breaks("M6") THEN "ok" ELSE "open"))
        /\ rt' = [rt EXCEPT ![p].open = <<q, Len(log[q]) + 1, o + 1>>]
  /\ UNCHANGED <<chain, cut, pos, op, snd, left>>

CommitCopy(p) ==
  /\ rt[p].ph = "run" /\ rt[p].valid /\ rt[p].open # <<>>
  /\ LET x == rt[p].open IN
     /\ log' = [log EXCEPT ![x[1]][x[2]].st = "ok"]
     /\ pos' = [pos EXCEPT ![p] = x[3]]
  /\ rt' = [rt EXCEPT ![p].open = <<>>]
  /\ UNCHANGED <<chain, cut, op, snd, left>>

CommitProgress(p) ==
  /\ Routes(p)
  /\ LET o == Reach(p, rt[p].k, pos[p]) IN
     /\ o > pos[p] /\ ~AtStray(p, rt[p].k, o)
     /\ pos' = [pos EXCEPT ![p] = o]
  /\ UNCHANGED <<log, chain, cut, rt, op, snd, left>>

(* Its successor is another process; an open transaction stays open until then. *)
CrashRouter(p) ==
  /\ left.rt > 0 /\ rt[p].ph # "down"
  /\ left' = [left EXCEPT !.rt = @ - 1]
  /\ rt' = [rt EXCEPT ![p] = [@ EXCEPT !.ph = "down", !.valid = FALSE]]
  /\ UNCHANGED <<log, chain, cut, pos, op, snd>>

(* ------------------------------- behaviour ------------------------------- *)
Init ==
  /\ log = [p \in Parts |-> <<>>]
  /\ chain = <<[B |-> [p \in Parts |-> 1], F |-> [p \in Parts |-> 1]]>>
  /\ cut = [k |-> 0, ready |-> FALSE]
  /\ pos = [p \in Parts |-> 1]
  /\ rt = [p \in Parts |-> [ph |-> "run", k |-> 1, valid |-> TRUE, open |-> <<>>]]
  /\ op = Fresh
  /\ snd = [s \in Who |-> [n |-> 0, at |-> Senders[s].at, view |-> 1, last |-> 0, open |-> FALSE]]
  /\ left = [op |-> OperatorCrashes, rt |-> RouterCrashes, zombie |-> Zombies, forge |-> Forgeries]
  /\ rd = [r \in Rooms |-> <<>>] /\ kept = TRUE

Operate == Fence \/ ReadPositions \/ (\E p \in Parts : WriteBarrier(p)) \/ Publish
Route(p) == InitRouter(p) \/ Look(p) \/ Relearn(p) \/ OpenCopy(p) \/ CommitCopy(p) \/ CommitProgress(p)
Work == Operate \/ (\E p \in Parts : Route(p)) \/ (\E s \in Who : Send(s) \/ EndTransaction(s))
Fault == CrashOperator \/ (\E p \in Parts : ZombieBarrier(p) \/ ForgeBarrier(p) \/ CrashRouter(p))
Step == Work \/ Cut \/ (\E s \in Who : MoveSession(s) \/ SwitchProducer(s)) \/ Fault

Observe ==
  /\ rd' = IF log' = log /\ chain' = chain THEN rd
           ELSE [r \in Rooms |-> L(log', chain', Len(chain'), r)]
  /\ kept' = (kept /\ \A r \in Rooms : IsPrefix(rd[r], rd'[r]))

Next == Step /\ Observe
Spec == Init /\ [][Next]_vars

FairSpec ==
  /\ Spec
  /\ WF_vars(Cut /\ Observe)
  /\ WF_vars((op # Fresh \/ ~Breaks("abandon")) /\ Operate /\ Observe)
  /\ \A p \in Parts : WF_vars(Route(p) /\ Observe)
  /\ \A s \in Who : WF_vars(Send(s) /\ Observe) /\ WF_vars(EndTransaction(s) /\ Observe)

(* ------------------------------- invariants ------------------------------ *)
(* Nobody's cut(k) or epoch(k) differs: see ControlLog. Here: k goes up by one. *)
I1 == cut.k \in {0, Pub + 1}

I2 ==
  \A k \in 2..Pub : \A p \in Parts : BarriersOf(p, k) # {} /\ chain[k].B[p] = Min(BarriersOf(p, k))

I3 ==
  \A q \in Parts : \A o \in 1..Len(log[q]) :
    LET x == log[q][o] IN
    x.t = "c" /\ x.st = "ok" =>
      /\ Own[RoomOf(x)][x.k] = q
      /\ x.k <= Pub /\ chain[x.k].B[q] <= o
      /\ \A b \in 1..o : Counts(log[q][b]) => log[q][b].k <= x.k

Copies(s, i) ==
  {<<q, o>> \in Parts \X (1..Max({Len(log[p]) : p \in Parts})) :
     /\ o <= Len(log[q])
     /\ LET x == log[q][o] IN x.t = "c" /\ x.st = "ok" /\ x.s = s /\ x.i = i}

I4 ==
  \A p \in Parts : \A o \in 1..Len(log[p]) :
    LET x == log[p][o] IN
    x.t = "m" /\ x.st = "ok" =>
      LET c == Copies(x.s, x.i) IN
      IF Home(chain, Own[RoomOf(x)], Pub, p, o) # Stray \/ o >= pos[p] THEN c = {}
      ELSE \E place \in c : c = {place}

I5 ==
  /\ kept
  /\ \A r \in Rooms : \A v \in 1..(Pub - 1) : IsPrefix(L(log, chain, v, r), rd[r])

Of(s, r) == SelectSeq(rd[r], LAMBDA x : x[1] = s)
InOrder(kinds) ==
  \A s \in Who : Senders[s].kind \in kinds =>
    LET of == Of(s, Senders[s].room) IN
    /\ \A i \in 2..Len(of) : of[i - 1][2] < of[i][2]
    /\ Senders[s].kind # "txn" => \A i \in 1..Len(of) : of[i][2] = i
I6 == InOrder({"fixed", "txn", "refresh"})
I7 == InOrder({"session", "drain"})

Done ==
  /\ Pub = Epochs /\ \A s \in Who : snd[s].n = Senders[s].n /\ ~snd[s].open
  /\ \A p \in Parts : pos[p] = Len(log[p]) + 1

(* A staying room has all that its partition can show, cut or not.             *)
StayingNeverWait ==
  \A r \in Rooms : (\A k \in 1..Epochs : Own[r][k] = Own[r][1]) =>
    LET p == Own[r][1] IN
    Len(rd[r]) = Len(SelectSeq(SubSeq(log[p], 1, Stable(p) - 1),
                               LAMBDA x : x.t # "b" /\ x.st = "ok" /\ RoomOf(x) = r))
V3 == (Done \/ ENABLED (Work \/ Cut)) /\ StayingNeverWait

Everything(s) ==
  \A i \in 1..Senders[s].n : \E r \in Rooms : \E n \in 1..Len(rd[r]) : rd[r][n] = <<s, i>>
V1 == <>[](\A s \in Who : Senders[s].kind = "txn" \/ Everything(s))
V2 == \A k \in 2..Epochs : (cut.k = k) ~> (Pub >= k)

(* ------------------------------- witnesses ------------------------------- *)
(* Each is false: TLC must find the state that it denies.                      *)
Here(x) == <<x.s, x.i>>
InRoom(x) == \E n \in 1..Len(rd[RoomOf(x)]) : rd[RoomOf(x)][n] = Here(x)
NoResidueDelivered ==
  \A p \in Parts : \A o \in 1..Len(log[p]) :
    ~(log[p][o].t = "m" /\ InRoom(log[p][o])
      /\ Home(chain, Own[RoomOf(log[p][o])], Pub, p, o) > Seg(chain, Pub, p, o))
NoCommitFenced == \A p \in Parts : \A o \in 1..Len(log[p]) : ~(log[p][o].t = "c" /\ log[p][o].st = "dead")
NoThirdEpoch ==
  \A p \in Parts : \A o \in 1..Len(log[p]) : ~(log[p][o].t = "c" /\ log[p][o].k = 3 /\ log[p][o].st = "ok")
NoSessionSettles ==
  \A s \in Who : ~(Senders[s].kind = "session" /\ snd[s].n = Senders[s].n /\ snd[s].at = 2
                   /\ \E o \in 1..Len(log[2]) : log[2][o].t = "c" /\ log[2][o].s = s /\ log[2][o].st = "ok")
NoStraddling ==
  ~(Pub = 2 /\ \E p \in Parts : \E o \in OpenAt(p) : log[p][o].t = "m" /\ o < chain[2].B[p])
NoSecondBarrier == \A p \in Parts : \A k \in 2..Pub : \E o \in BarriersOf(p, k) : BarriersOf(p, k) = {o}
NoForgeryBeforeCut ==
  ~(Pub = 2 /\ \E p \in Parts : \E o \in 1..(chain[2].B[p] - 1) : log[p][o].t = "b" /\ log[p][o].i = 1)
NoRefreshedStray ==
  ~\E s \in Who : Senders[s].kind = "refresh" /\ \E o \in 1..Len(log[1]) :
     log[1][o].t = "c" /\ log[1][o].s = s /\ log[1][o].st = "ok"
NoDrained ==
  ~\E s \in Who : Senders[s].kind = "drain" /\ \E o \in 1..Len(log[2]) :
     log[2][o].t = "m" /\ log[2][o].s = s /\ InRoom(log[2][o])
NotDone == ~Done
=============================================================================
