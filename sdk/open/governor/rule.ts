/**
 * The governor's rule: what to do after a look at heat and power. A pure function, one thread or one pause at a time.
 * takes  how it stands, a reading, a budget · gives  how it stands now · after ./governor
 * docs/power.md tells it in words.
 */

/** °C below the budget at which threads are taken away: a chip goes on warming for a while, and sensors come in steps of half a degree and more. */
const margin = 2
/** °C below the budget, at least, at which threads come back. The gap between both keeps it from swinging. */
const back = 5
/** The same while nothing is computed and nothing is learned yet: work warms a die by ten degrees within a second. */
const backIdle = 15
/** What was learned asks for no more room than this. */
const mostRoom = 25
/** Looks of a pause after which what was learned is doubted: it may have been something else that went at the same moment. */
const patience = 30
/** Of it this stays with each look from then on. */
const kept = 0.98
/** Calm looks that it takes for one to come back. */
const calmLooks = 5

export interface Budget {
  readonly maxCelsius?: number
  readonly maxWatts?: number
  /** Threads that there are; 1 where the engine cannot change them. */
  readonly most: number
}

export interface Reading {
  readonly celsius?: number
  readonly watts?: number
}

export interface Standing {
  readonly threads: number
  readonly paused: boolean
  /** Calm looks since the last change or the last look that was not. */
  readonly calm: number
  /** Looks of the pause that lasts. */
  readonly waited?: number
  /** Of the last look. */
  readonly celsius?: number
  /** What the last thread or pause saved within a look: that comes back with it. Empty until there was one. */
  readonly saved: Reading
  /** What was read when something was taken away at the last look. */
  readonly before?: Reading
}

/** `busy`: whether anything was computed since the last look. */
export function govern(standing: Standing, reading: Reading, budget: Budget, busy: boolean): Standing {
  const { threads, paused, calm } = standing
  const { celsius, watts } = reading
  const working = busy || paused
  const saved = working ? learned(standing, reading) : standing.saved
  const now: Standing = { threads, paused, calm, celsius, saved, waited: paused ? (standing.waited ?? 0) + 1 : 0 }
  if (budget.maxCelsius !== undefined && celsius !== undefined && celsius > budget.maxCelsius)
    return { ...now, threads: Math.max(1, threads - 1), paused: true, calm: 0, before: paused ? undefined : reading }
  if (isWarming(reading, standing, budget) || tooMuch(watts, budget)) {
    if (paused) return { ...now, calm: 0 }
    const less = threads === 1 ? { paused: true } : { threads: threads - 1 }
    return { ...now, ...less, calm: 0, before: reading }
  }
  if (!isCool(celsius, room(now, working), budget)) return { ...now, calm: 0 }
  // What the machine draws while nothing is computed says nothing about one thread more.
  if (budget.maxWatts !== undefined && !working) return now
  if (!isLight(watts, now, budget)) return { ...now, calm: 0 }
  // Heat goes by itself while nothing is computed; power only tells whether it is too much once one tries again.
  const enough = paused && budget.maxWatts === undefined ? 1 : calmLooks
  if (calm + 1 < enough || (!paused && threads === budget.most)) return { ...now, calm: calm + 1 }
  return paused ? { ...now, paused: false, calm: 0 } : { ...now, threads: threads + 1, calm: 0 }
}

function learned({ before, saved, waited = 0 }: Standing, { celsius, watts }: Reading): Reading {
  if (!before)
    return waited > patience && saved.celsius !== undefined ? { ...saved, celsius: kept * saved.celsius } : saved
  const fell = (was: number | undefined, is: number | undefined, known: number | undefined) =>
    was === undefined || is === undefined ? known : Math.max(0, was - is)
  const cooled = fell(before.celsius, celsius, saved.celsius)
  return {
    celsius: cooled === undefined ? undefined : Math.min(cooled, backIdle),
    watts: fell(before.watts, watts, saved.watts),
  }
}

/** Near the budget, or there at the next look if it goes on like that. */
function isWarming({ celsius }: Reading, { celsius: last }: Standing, { maxCelsius }: Budget): boolean {
  if (maxCelsius === undefined || celsius === undefined) return false
  return Math.max(celsius, celsius + (celsius - (last ?? celsius))) > maxCelsius - margin
}

function tooMuch(watts: number | undefined, { maxWatts }: Budget): boolean {
  return maxWatts !== undefined && watts !== undefined && watts > maxWatts
}

/** °C that must be free below the budget: what will come back, or from rest with all of them, and a degree for the sensor. */
function room({ threads, saved }: Standing, working: boolean): number {
  if (saved.celsius === undefined) return working ? back : backIdle
  return Math.min(mostRoom, Math.max(back, margin + 1 + saved.celsius * (working ? 1 : threads + 1)))
}

/** A silent sensor allows nothing more. */
function isCool(celsius: number | undefined, below: number, { maxCelsius }: Budget): boolean {
  return maxCelsius === undefined || (celsius !== undefined && celsius <= maxCelsius - below)
}

/** Whether one thread more would fit: at the cost of the last one, or of an even share while none is known. */
function isLight(watts: number | undefined, { threads, paused, saved }: Standing, { maxWatts }: Budget): boolean {
  if (maxWatts === undefined) return true
  if (watts === undefined) return false
  return paused ? watts <= maxWatts : watts + (saved.watts ?? watts / threads) <= maxWatts
}
