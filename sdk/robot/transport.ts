/**
 * The way bytes travel to a board and back: a serial port, or a pair in memory that says it is simulated.
 * before ./link · after ./serial, ./memory
 */
import type { Observable } from 'rxjs'
import type { LutraError } from '../../hal/error.js'

export interface Transport {
  /** What a person would call it: `/dev/ttyUSB0`, `simulated`. */
  readonly name: string
  readonly simulated: boolean
  /** What is not as good as it could be, for a person to read. */
  readonly notes?: readonly string[]
  /** Hot; completes when the line ends. Chunks of any size. */
  readonly bytes: Observable<Uint8Array>
  /** Settles once, when the line has ended: with the reason where we did not ask for it. Never rejects. */
  readonly closed: Promise<LutraError | undefined>
  /**
   * Resolves when the bytes were handed to the system; rejects with LutraError closed or io.
   * Urgent bytes MUST overtake everything that still waits here.
   */
  write(bytes: Uint8Array, options?: { readonly urgent?: boolean }): Promise<void>
  /** Writes before returning, for the last breath of a process; false where that cannot be. Never throws. */
  writeNow(bytes: Uint8Array): boolean
  /** Ends the line; may be called twice. */
  close(): Promise<void>
}
