/* One duty, several nodes: a row with an epoch says whose it is. A lease may be over at any moment
   (skew, a pause), a node may believe in one that is gone, and every write carries its epoch.

   Mutant: -DM_NOFENCE, a write that does not say under which epoch it was decided. */
byte epoch = 0;
byte last = 0;          /* epoch of the last write that was taken */
bool valid = false;
bool regress = false;

#define EPOCHS 6

active [3] proctype Node() {
  byte mine = 0;
  do
  :: atomic { (!valid && epoch < EPOCHS) -> epoch++; mine = epoch; valid = true }
  :: atomic { mine > 0 ->
#ifndef M_NOFENCE
       if
       :: mine != epoch -> mine = 0
       :: mine == epoch -> regress = regress || mine < last; last = mine
       fi
#else
       regress = regress || mine < last; last = mine
#endif
     }
  :: mine > 0 -> mine = 0        /* crash, or stepped down */
  :: epoch >= EPOCHS -> break
  od
}

active proctype Time() { do :: valid -> valid = false :: epoch >= EPOCHS -> break od }

ltl no_stale_write { [] (!regress) }
