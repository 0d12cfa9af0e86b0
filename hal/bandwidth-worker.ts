/** A worker that reads its part of a shared buffer over and over, together with the others, and posts bytes per second. */
import { parentPort, workerData } from 'node:worker_threads'

interface Task {
  readonly shared: SharedArrayBuffer
  readonly from: number
  readonly bytes: number
  readonly gate: Int32Array
  readonly threads: number
  readonly milliseconds: number
}

const { shared, from, bytes, gate, threads, milliseconds } = workerData as Task
const part = new Float64Array(shared, from, bytes / 8)
part.fill(1) // touched, so that every page is there
sum(part) // warm: compiled
// All start together: the last to arrive opens the gate.
if (Atomics.add(gate, 0, 1) + 1 === threads) {
  Atomics.store(gate, 1, 1)
  Atomics.notify(gate, 1)
} else Atomics.wait(gate, 1, 0)

const start = performance.now()
let elapsed = 0
let passes = 0
let total = 0
while (elapsed < milliseconds) {
  total += sum(part)
  passes++
  elapsed = performance.now() - start
}
if (total !== passes * part.length) throw new Error(`Expected the sum ${passes * part.length} but found ${total}`)
parentPort!.postMessage((passes * bytes) / (elapsed / 1000))

/** Eight sums side by side, so that the additions do not wait for each other. */
function sum(x: Float64Array): number {
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0]
  const whole = x.length - (x.length % 8)
  for (let i = 0; i < whole; i += 8) {
    a += x[i]
    b += x[i + 1]
    c += x[i + 2]
    d += x[i + 3]
    e += x[i + 4]
    f += x[i + 5]
    g += x[i + 6]
    h += x[i + 7]
  }
  for (let i = whole; i < x.length; i++) a += x[i]
  return a + b + c + d + e + f + g + h
}
