/**
 * Tells the hub how the robot is: every change of mode at once, telemetry at most some times a second.
 * takes  a robot's state, a hub · gives  an end to it
 * before ./hub · after sdk/robot
 */
import type { Observable } from 'rxjs'
import type { WatchHub } from './hub.js'

/** Milliseconds between two words of telemetry; boards send up to 50 a second. */
const every = 250

export interface RobotWord {
  readonly mode: string
  readonly latched: boolean
  readonly reason?: string
  readonly telemetry?: Readonly<Record<string, unknown>>
}

export function watchRobot(hub: WatchHub, state: Observable<RobotWord>): () => void {
  let told: RobotWord | undefined
  let at = -Infinity
  let waiting: RobotWord | undefined
  let timer: NodeJS.Timeout | undefined
  const tell = ({ mode, latched, reason, telemetry }: RobotWord) => {
    clearTimeout(timer)
    timer = undefined
    told = { mode, latched }
    at = performance.now()
    hub.emit({ type: 'robot', mode, latched, reason, telemetry })
  }
  const hear = (now: RobotWord) => {
    if (now.mode !== told?.mode || now.latched !== told.latched || performance.now() - at >= every) return tell(now)
    // The last word before silence is told as well, though a little later.
    waiting = now
    timer ??= setTimeout(() => tell(waiting!), every).unref()
  }
  const fault = () => hear({ mode: 'closed', latched: told?.latched ?? false })
  const subscription = state.subscribe({ next: hear, error: fault })
  return () => {
    clearTimeout(timer)
    subscription.unsubscribe()
  }
}
