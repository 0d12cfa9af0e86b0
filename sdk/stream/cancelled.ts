/** The error of a stream that a signal has ended: LutraError cancelled, with the signal's reason as its cause. */
import { LutraError } from '../../hal/error.js'

export function cancelled(signal: AbortSignal): LutraError {
  return new LutraError('cancelled', 'Expected the stream to run to its end but it was aborted', {
    cause: signal.reason,
  })
}
