/* One message of the outbox, as Sources/Store moves it: NS couriers that may die at any moment, a
   reaper (a lease may be over at ANY moment, which covers stepped clocks, pauses and crashes), the
   engine (gives up at the deadline, withdraws for an acknowledged case, escalates what is dead) and
   a person who may acknowledge at any moment.

   scripts/models runs it; with -DTABLE it prints every move that can happen, which must be
   outbox.moves, which in turn StoreTests hold against the real statements.

   Mutants (-DM_x), each caught by one property: MARKFIRST (delivered before it is sent), NOREAP (no
   reaper), EXPFAIL (a lease that is over is a failure, in silence), UNFENCED (a failure is recorded
   without the token), NORECHECK (a retry does not look at the case), REAPDONE (the reaper takes what
   is delivered), NOLIMIT (attempts without end), NOESCALATE (what is dead stays dead, in silence),
   WITHDRAWDONE (an acknowledgement takes back what was delivered). */
#ifndef NS
#define NS 2
#endif
#ifndef MAXA
#define MAXA 3
#endif

#ifdef TABLE
#define MOVE(from, to, cause) st = to; c_code { printf("MOVE %s %s %s\n", #from, #to, #cause); }
#else
#define MOVE(from, to, cause) st = to
#endif

mtype = { pending, sending, delivered, cancelled, dead, silent };
mtype st = pending;
byte token = 0;       /* the number of the attempt it stands at */
byte sent = 0;        /* what the receiver accepted */
byte lapses = 0;      /* leases that were over */
byte holder = 0;      /* whose attempt has an unexpired lease */
bool acked = false;
bool escalated = false;
bool late_claim = false;
bool overlap = false;

#define ENDED (st == delivered || st == cancelled || st == silent || (st == dead && escalated))

active [NS] proctype Courier() {
  byte mine = 0; bool ok = false;
  do
  :: atomic { (st == pending && token < MAXA) ->
#ifndef M_NORECHECK
       /* The case is read again in the transaction that claims. */
       if :: acked -> MOVE(pending, cancelled, cancel); goto ended :: else -> skip fi;
#endif
       late_claim = late_claim || acked;
       overlap = overlap || holder != 0;
       holder = _pid + 1;
#ifdef M_MARKFIRST
       MOVE(pending, delivered, delivered);
#else
       MOVE(pending, sending, claim);
#endif
       token++; mine = token }
     if :: goto crashed :: skip fi;
     if :: atomic { ok = true; sent++ } :: ok = false fi;
     if :: goto crashed :: skip fi;
     atomic {
       if :: holder == _pid + 1 && token == mine -> holder = 0 :: else -> skip fi;
       if
       /* Success only moves forward and needs no token. */
       :: ok && st == sending -> MOVE(sending, delivered, delivered)
       :: ok && st == pending -> MOVE(pending, delivered, delivered)
       :: ok && st == dead -> MOVE(dead, delivered, delivered)
#ifdef M_UNFENCED
       :: !ok && st == sending ->
#else
       :: !ok && st == sending && token == mine ->
#endif
          if
          :: acked -> MOVE(sending, cancelled, withdraw)
#ifdef M_NOLIMIT
          :: !acked && token < 200 -> MOVE(sending, pending, retry)
#else
          :: !acked && token < MAXA -> MOVE(sending, pending, retry)
          :: !acked && token >= MAXA -> MOVE(sending, dead, dead)
#endif
          fi
       :: else -> skip
       fi
     }
crashed: skip
#ifdef M_NOLIMIT
  :: atomic { (st == pending && token >= MAXA && token < 200) ->
       MOVE(pending, sending, claim); token++; mine = token; MOVE(sending, pending, retry) }
#endif
  :: ENDED -> break
  od;
ended: skip
}

#ifndef M_NOREAP
active proctype Reaper() {
  do
#ifdef M_REAPDONE
  :: atomic { (st == delivered) -> MOVE(delivered, pending, reclaim) }
#endif
  :: atomic { (st == sending) ->
       lapses++; holder = 0;
#ifdef M_EXPFAIL
       MOVE(sending, silent, reclaim)
#else
       MOVE(sending, pending, reclaim)
#endif
     }
  :: ENDED -> break
  od
}
#endif

active proctype Engine() {
  do
  /* Its deadline has passed, or its attempts are used. */
  :: atomic { (st == pending && !acked) -> MOVE(pending, dead, dead) }
  :: atomic { (st == pending && acked) -> MOVE(pending, cancelled, cancel) }
#ifndef M_NOESCALATE
  :: atomic { (st == dead && !escalated) -> escalated = true }
#endif
  :: ENDED -> break
  od
}

active proctype Person() {
  if
  :: atomic { acked = true;
       if
#ifndef M_NORECHECK
       :: st == pending -> MOVE(pending, cancelled, cancel)
#endif
       /* Claimed, and still in the courier's hands unbegun: taken back. Begun: let go on. */
       :: st == sending -> MOVE(sending, cancelled, withdraw); holder = 0
       :: st == sending -> skip
#ifdef M_WITHDRAWDONE
       :: st == delivered -> MOVE(delivered, cancelled, withdraw)
#endif
       :: else -> skip
       fi }
  :: skip
  fi
}

/* Not even one message is lost: accepted, called off for a reason, or escalated. */
ltl no_lost_page   { <> (st == delivered || st == cancelled || escalated) }
ltl no_false_done  { [] (!(st == delivered) || sent > 0) }
ltl dup_bound      { [] (sent <= lapses + 1) }
ltl done_is_stable { [] (!(st == delivered) || [] (st == delivered)) }
ltl attempts_bound { [] (token <= MAXA) }
ltl one_live_lease { [] (!overlap) }
ltl no_late_claim  { [] (!late_claim) }
