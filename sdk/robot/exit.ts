/**
 * What must happen before this process ends: a moving robot is stopped on SIGINT, SIGTERM, SIGHUP, SIGQUIT, at an uncaught
 * exception or unhandled rejection, and at exit.
 * takes  { lastBreath, settle } of a robot · gives  the function that lets it go again
 * A process that is killed outright cannot do this; the board's own timeout is for that.
 */
export interface Charge {
  /** Synchronous: the one stop frame. */
  lastBreath(): void
  /** Sees the robot stopped and the line closed. */
  settle(): Promise<unknown>
}

const charges = new Set<Charge>()
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
/** A signal waits this long for the board's confirmation, in ms. */
const patience = 500

export function guardExit(charge: Charge): () => void {
  if (charges.size === 0) watch()
  charges.add(charge)
  return () => {
    if (charges.delete(charge) && charges.size === 0) unwatch()
  }
}

function watch(): void {
  process.on('exit', breathe)
  // Only a look: whether and how the process ends stays what it would be without us. Where somebody catches it all and
  // goes on, the robot has been stopped nevertheless: nobody knows any more what the program would do with it.
  process.on('uncaughtExceptionMonitor', breathe)
  for (const signal of signals) process.on(signal, onSignal)
}

function unwatch(): void {
  process.off('exit', breathe)
  process.off('uncaughtExceptionMonitor', breathe)
  for (const signal of signals) process.off(signal, onSignal)
}

function breathe(): void {
  for (const charge of charges) {
    try {
      charge.lastBreath()
    } catch {
      // One robot's trouble must not take the next one's last breath.
    }
  }
}

function onSignal(signal: NodeJS.Signals): void {
  breathe()
  // Whoever else listens decides whether the process ends; alone, we must do what the signal would have done.
  const alone = process.listenerCount(signal) === 1
  const settled = Promise.allSettled([...charges].map(async (charge) => charge.settle()))
  const late = new Promise((resolve) => setTimeout(resolve, patience))
  void Promise.race([settled, late]).then(() => {
    if (!alone) return
    unwatch()
    process.kill(process.pid, signal)
  })
}
