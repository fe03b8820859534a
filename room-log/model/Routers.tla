------------------------------- MODULE Routers -------------------------------
(* Two processes that may route one partition, as Kafka sees them: requests on *)
(* their way outlive the process that sent them. All records of the partition  *)
(* are strays. Epochs alternate between two targets.                           *)
EXTENDS RoomLog

CONSTANTS
  N,         \* strays
  Epochs,
  Processes, \* 1: one router; 2: also a replica; 3: also an adopter, once the last epoch is out
  Crashes, Freezes, Hasty, Retries, \* faults
  Mutation

VARIABLES
  src,   \* strays written so far
  ctl,   \* control log: 2k-1 is Stable(k), 2k is Cutting(k+1)
  f,     \* committed position: the next stray to route
  tgt,   \* target partitions
  txn,   \* the coordinator's open transaction: [on, off]
  net,   \* requests on their way
  rt,    \* processes
  op,    \* the operator's step in a cut: "", "fenced", or the F that it read
  chain, \* published epochs: [B, F], F of this partition only
  left

vars == <<src, ctl, f, tgt, txn, net, rt, op, chain, left>>

Targets == {1, 2}
Ids == {1, 2}
To(k) == IF k % 2 = 1 THEN 1 ELSE 2
Last_ == 2 * Epochs - 1
Pub == (ctl + 1) \div 2
Cutting == ctl % 2 = 0
Breaks(rule) == Mutation = rule

Reply(r, what) == [rt EXCEPT ![r].rep = what]
(* The producer epoch goes up: what is on its way with an older one is too late. *)
Late(S) == {[m EXCEPT !.late = TRUE] : m \in S}
Bumped == Late(net)
(* Aborted records are gone: nobody reads them.                                *)
Aborted == [q \in Targets |-> SelectSeq(tgt[q], LAMBDA x : x.st = "ok")]
Committed == [q \in Targets |-> [i \in 1..Len(tgt[q]) |-> [tgt[q][i] EXCEPT !.st = "ok"]]]
Closed == [on |-> FALSE, off |-> 0]
Nobody(rs) == [r \in Ids |-> [rs[r] EXCEPT !.cur = FALSE]]

(* ------------------------------- processes ------------------------------- *)
Fresh == [ph |-> "absent", k |-> 1, x |-> 1, view |-> 1, rep |-> "", cur |-> FALSE, frozen |-> FALSE]
Active(r) == rt[r].ph \in {"init", "idle", "copy", "more", "offset", "end"} /\ ~rt[r].frozen
Runs(r) == ~rt[r].frozen /\ rt[r].ph \notin {"absent", "gone"}

Start(r) ==
  /\ Runs(r)
  /\ \/ rt[r].ph = "new" /\ UNCHANGED left
     \/ /\ rt[r].ph = "standby"
        /\ Breaks("no-standby") \/ \A x \in Ids : ~Active(x)
        /\ UNCHANGED left
     \/ /\ rt[r].ph = "standby" /\ left.hasty > 0
        /\ left' = [left EXCEPT !.hasty = @ - 1]
  /\ rt' = [Nobody(rt) EXCEPT ![r] = [@ EXCEPT !.ph = "init", !.cur = TRUE, !.rep = ""]]
  /\ net' = Bumped /\ tgt' = Aborted /\ txn' = Closed
  /\ UNCHANGED <<src, ctl, f, op, chain>>

(* initTransactions is done; then the control log is read.                     *)
Look(r) ==
  /\ Runs(r) /\ rt[r].ph = "init"
  /\ \E v \in (IF Breaks("no-sync") THEN rt[r].view ELSE ctl)..ctl :
       /\ v # rt[r].view \/ v % 2 = 1
       /\ rt' = [rt EXCEPT ![r] =
            [@ EXCEPT !.view = v,
                      !.ph = IF v % 2 = 1 THEN "idle" ELSE "init",
                      !.k = IF v % 2 = 1 THEN (v + 1) \div 2 ELSE @, !.x = f]]
  /\ UNCHANGED <<src, ctl, f, tgt, txn, net, op, chain, left>>

Request(r, t, x) == [r |-> r, t |-> t, x |-> x, k |-> rt[r].k, late |-> ~rt[r].cur]
Ask(r, t, x, ph) ==
  /\ net' = net \cup {Request(r, t, x)}
  /\ rt' = [rt EXCEPT ![r] = [@ EXCEPT !.ph = ph, !.rep = ""]]
  /\ UNCHANGED <<src, ctl, f, tgt, txn, op, chain, left>>

Route(r) ==
  /\ Runs(r)
  /\ \/ rt[r].ph = "idle" /\ rt[r].x <= src /\ Ask(r, "copy", rt[r].x, "copy")
     \/ /\ rt[r].ph = "copy" /\ rt[r].rep = "ok"
        /\ \/ rt[r].x < src /\ Ask(r, "copy", rt[r].x + 1, "more")
           \/ Ask(r, "offset", rt[r].x + 1, "offset")
     \/ rt[r].ph = "more" /\ rt[r].rep = "ok" /\ Ask(r, "offset", rt[r].x + 2, "offset")
     \/ rt[r].ph = "offset" /\ rt[r].rep = "ok" /\ Ask(r, "end", 0, "end")
     \/ /\ rt[r].ph = "end" /\ rt[r].rep = "ok"
        /\ rt' = [rt EXCEPT ![r] = [@ EXCEPT !.ph = "idle", !.rep = "", !.x = f]]
        /\ UNCHANGED <<src, ctl, f, tgt, txn, net, op, chain, left>>

(* It learns that it was fenced from a refusal, at the latest from a progress commit. *)
StandBy(r) ==
  /\ Runs(r)
  /\ rt[r].rep = "fenced" \/ (rt[r].ph = "idle" /\ ~rt[r].cur)
  /\ rt' = [rt EXCEPT ![r] = [@ EXCEPT !.ph = "standby", !.rep = "", !.cur = FALSE]]
  /\ UNCHANGED <<src, ctl, f, tgt, txn, net, op, chain, left>>

Crash(r) ==
  /\ left.crash > 0 /\ rt[r].ph \notin {"absent", "gone", "new"}
  /\ left' = [left EXCEPT !.crash = @ - 1]
  /\ rt' = [rt EXCEPT ![r] = [Fresh EXCEPT !.ph = "new"]]
  /\ net' = {[m EXCEPT !.r = IF @ = r THEN 0 ELSE @] : m \in net}
  /\ UNCHANGED <<src, ctl, f, tgt, txn, op, chain>>
Freeze(r) ==
  /\ left.freeze > 0 /\ Runs(r)
  /\ left' = [left EXCEPT !.freeze = @ - 1]
  /\ rt' = [rt EXCEPT ![r].frozen = TRUE]
  /\ UNCHANGED <<src, ctl, f, tgt, txn, net, op, chain>>
Thaw(r) ==
  /\ rt[r].frozen
  /\ rt' = [rt EXCEPT ![r].frozen = FALSE]
  /\ UNCHANGED <<src, ctl, f, tgt, txn, net, op, chain, left>>

(* Scale-down: the adopter comes, the owner's Deployment goes (drained, or the *)
(* grace period is over).                                                      *)
Adopt ==
  /\ Processes = 3 /\ ctl = Last_ /\ rt[2].ph = "absent" /\ ~Breaks("no-adopter")
  /\ rt' = [rt EXCEPT ![2] = [Fresh EXCEPT !.ph = "new"]]
  /\ UNCHANGED <<src, ctl, f, tgt, txn, net, op, chain, left>>
Delete ==
  /\ Processes = 3 /\ ctl = Last_ /\ rt[1].ph # "gone"
  /\ rt' = [rt EXCEPT ![1] = [Fresh EXCEPT !.ph = "gone"]]
  /\ net' = {[m EXCEPT !.r = IF @ = 1 THEN 0 ELSE @] : m \in net}
  /\ UNCHANGED <<src, ctl, f, tgt, txn, op, chain, left>>

(* ------------------------------- broker ---------------------------------- *)
Answer(m, what) == IF m.r = 0 THEN rt ELSE Reply(m.r, what)

Take(m) ==
  LET others == net \ {m}
      ended == m.t = "end" /\ txn.on
  IN
  /\ m \in net
  /\ IF m.late /\ ~Breaks("unfenced")
     THEN /\ rt' = Answer(m, "fenced") /\ net' = others
          /\ UNCHANGED <<f, tgt, txn>>
     ELSE
       /\ rt' = Answer(m, "ok")
       \* transaction.version=2: each transaction has its own producer epoch
       /\ net' = IF ended /\ ~Breaks("one-epoch") THEN Late(others) ELSE others
       /\ CASE m.t = "copy" ->
                 /\ tgt' = [tgt EXCEPT ![To(m.k)] =
                      Append(@, [t |-> "c", x |-> m.x, k |-> m.k, st |-> "open"])]
                 /\ txn' = [txn EXCEPT !.on = TRUE] /\ UNCHANGED f
            [] m.t = "offset" ->
                 txn' = [on |-> TRUE, off |-> m.x] /\ UNCHANGED <<f, tgt>>
            [] ended ->
                 /\ tgt' = Committed
                 /\ f' = IF txn.off = 0 THEN f ELSE txn.off
                 /\ txn' = Closed
            [] OTHER -> UNCHANGED <<f, tgt, txn>>
  /\ UNCHANGED <<src, ctl, op, chain, left>>

(* The request is taken, but a retry of it is still on its way.                *)
TakeTwice(m) ==
  /\ left.retry > 0 /\ m \in net /\ m.t = "end" /\ ~m.late /\ txn.on
  /\ left' = [left EXCEPT !.retry = @ - 1]
  /\ rt' = Answer(m, "ok")
  /\ net' = (IF Breaks("one-epoch") THEN net \ {m} ELSE Late(net \ {m}))
            \cup {[m EXCEPT !.r = 0, !.late = ~Breaks("one-epoch")]}
  /\ tgt' = Committed
  /\ f' = txn.off /\ txn' = Closed
  /\ UNCHANGED <<src, ctl, op, chain>>

(* ------------------------------- operator -------------------------------- *)
Cut ==
  /\ ~Cutting /\ Pub < Epochs /\ ctl' = ctl + 1 /\ op' = ""
  /\ UNCHANGED <<src, f, tgt, txn, net, rt, chain, left>>
DoFence ==
  /\ rt' = Nobody(rt) /\ net' = Bumped /\ tgt' = Aborted /\ txn' = Closed
Fence ==
  /\ Cutting /\ op = "" /\ op' = "fenced" /\ DoFence
  /\ UNCHANGED <<src, ctl, f, chain, left>>
Barriers(k) == [q \in Targets |-> {i \in 1..Len(tgt[q]) : tgt[q][i].t = "b" /\ tgt[q][i].k = k}]
ReadPosition ==
  /\ Cutting /\ op = "fenced" /\ op' = "read"
  /\ chain' = Append(chain, [B |-> <<0, 0>>, F |-> f])
  /\ UNCHANGED <<src, ctl, f, tgt, txn, net, rt, left>>
WriteBarrier(q) ==
  /\ Cutting /\ op = "read" /\ Barriers(Pub + 1)[q] = {}
  /\ tgt' = [tgt EXCEPT ![q] = Append(@, [t |-> "b", x |-> 0, k |-> Pub + 1, st |-> "ok"])]
  /\ UNCHANGED <<src, ctl, f, txn, net, rt, op, chain, left>>
Publish ==
  /\ Cutting /\ op = "read" /\ \A q \in Targets : Barriers(Pub + 1)[q] # {}
  /\ chain' = [chain EXCEPT ![Pub + 1].B = [q \in Targets |-> Min(Barriers(Pub + 1)[q])]]
  /\ ctl' = ctl + 1 /\ op' = ""
  /\ UNCHANGED <<src, f, tgt, txn, net, rt, left>>
(* A frozen process is ready: its standing still with an open transaction tells. *)
FenceFrozen ==
  /\ ~Breaks("frozen-not-fenced") /\ txn.on /\ \E r \in Ids : rt[r].cur /\ rt[r].frozen
  /\ DoFence
  /\ UNCHANGED <<src, ctl, f, op, chain, left>>

Write ==
  /\ src < N /\ src' = src + 1
  /\ UNCHANGED <<ctl, f, tgt, txn, net, rt, op, chain, left>>

(* ------------------------------- behaviour ------------------------------- *)
Init ==
  /\ src = 0 /\ ctl = 1 /\ f = 1 /\ tgt = <<<<>>, <<>>>> /\ txn = Closed /\ net = {} /\ op = ""
  /\ chain = <<[B |-> <<1, 1>>, F |-> 1]>>
  /\ rt = <<[Fresh EXCEPT !.ph = "new"], [Fresh EXCEPT !.ph = IF Processes = 2 THEN "new" ELSE "absent"]>>
  /\ left = [crash |-> Crashes, freeze |-> Freezes, hasty |-> Hasty, retry |-> Retries]

Operate == Fence \/ ReadPosition \/ (\E q \in Targets : WriteBarrier(q)) \/ Publish
Next ==
  \/ Write \/ Cut \/ Operate \/ FenceFrozen \/ Adopt \/ Delete
  \/ \E r \in Ids : Start(r) \/ Look(r) \/ Route(r) \/ StandBy(r) \/ Crash(r) \/ Freeze(r) \/ Thaw(r)
  \/ \E m \in net : Take(m) \/ TakeTwice(m)
Spec == Init /\ [][Next]_vars
FairSpec ==
  /\ Spec /\ WF_vars(Operate) /\ WF_vars(FenceFrozen) /\ WF_vars(Adopt)
  /\ WF_vars(\E m \in net : Take(m))
  /\ \A r \in Ids : WF_vars(Start(r) \/ Look(r) \/ Route(r) \/ StandBy(r))

(* ------------------------------- invariants ------------------------------ *)
I3 ==
  \A q \in Targets : \A i \in 1..Len(tgt[q]) :
    LET c == tgt[q][i] IN
    c.t = "c" /\ c.st = "ok" =>
      /\ q = To(c.k) /\ c.k <= Pub /\ chain[c.k].B[q] <= i
      /\ \A b \in 1..i : tgt[q][b].t = "b" => tgt[q][b].k <= c.k

CopiesOf(x) ==
  {<<q, i>> \in Targets \X (1..Most(Len(tgt[1]), Len(tgt[2]))) :
     i <= Len(tgt[q]) /\ tgt[q][i].t = "c" /\ tgt[q][i].x = x /\ tgt[q][i].st = "ok"}
I4 ==
  \A x \in 1..src :
    LET c == CopiesOf(x) IN
    IF x >= f THEN c = {}
    ELSE /\ \E place \in c : c = {place}
         /\ \A k \in 2..Pub : \A place \in c : (x < chain[k].F) = (tgt[place[1]][place[2]].k < k)
I6 ==
  \A q \in Targets : \A i, j \in 1..Len(tgt[q]) :
    LET a == tgt[q][i] b == tgt[q][j] IN
    i < j /\ a.t = "c" /\ b.t = "c" /\ a.st = "ok" /\ b.st = "ok" => a.x < b.x
V1 == <>[](f = src + 1)
(* Rooms of the target partitions never wait for good: an open transaction ends. *)
V3 == []<>(~txn.on)

(* ------------------------------- witnesses ------------------------------- *)
NoStandbyTakesOver == ~(rt[2].ph = "end" /\ rt[2].cur /\ rt[1].frozen /\ \E m \in net : m.r = 2)
NoDelayedRequest == ~\E m \in net : m.late /\ m.r = 0 /\ m.t = "copy" /\ Pub = 2
NoAdopterRoutes == ~(Processes = 3 /\ f > 1 /\ rt[1].ph = "gone" /\ rt[2].ph = "idle" /\ f = src + 1 /\ Len(chain) = Epochs /\ f > chain[Epochs].F)
NoAdopterRaces == ~(Processes = 3 /\ rt[2].ph = "copy" /\ rt[2].cur /\ rt[1].ph = "copy")
NoCommitTooLate == ~\E m \in net : m.t = "end" /\ m.late /\ m.r # 0
NoBatch == ~\E r \in Ids : rt[r].ph = "more" /\ rt[r].rep = "ok"
=============================================================================
