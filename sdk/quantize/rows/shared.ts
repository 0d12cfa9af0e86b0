/**
 * Arrays that worker threads and the addon see without a copy. V8 does not count shared memory among what makes it collect
 * (a backing store that is shared accounts for 0 bytes), so a walk over a large model would pile up gigabytes of dropped
 * arrays: here what was given out is counted, V8 is asked to collect, and the C library to keep nothing back. An array that a
 * thread was lent lives until that thread has collected too: threads are told.
 * takes  counts · gives  zeroed arrays · before all that calls the addon or the workers
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { trimMemory } from '../../../kernels/native/tools.js'

/** A collection of a small heap takes some 10 ms; so many bytes take far longer to compute with. */
const BETWEEN_COLLECTIONS = 1 << 28

let given = 0
let collector: (() => void) | undefined
const others = new Set<() => void>()

/** Told whenever this thread collects, until the function given back is called. */
export function onCollect(tell: () => void): () => void {
  others.add(tell)
  return () => void others.delete(tell)
}

/** What this thread has dropped is given back. */
export function collect(): void {
  collector ??= ownCollector()
  collector()
  trimMemory()
}

export function sharedFloats(count: number): Float32Array {
  return new Float32Array(shared(4 * count))
}

export function sharedBytes(count: number): Uint8Array {
  return new Uint8Array(shared(count))
}

function shared(bytes: number): SharedArrayBuffer {
  given += bytes
  if (given > BETWEEN_COLLECTIONS) {
    given = bytes
    collect()
    for (const tell of others) tell()
  }
  return new SharedArrayBuffer(bytes)
}

/** Node's own collector is behind a flag; a context made after the flag is set has it. */
function ownCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}

/** The same memory as bytes. */
export function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
