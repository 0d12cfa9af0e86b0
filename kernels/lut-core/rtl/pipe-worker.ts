/**
 * The thread that holds a device's process: writes requests, puts answers together, tells the waiting thread through
 * shared memory. Whatever goes wrong is an answer too, and the last one.
 * before ./frame · after ./pipe
 */
import { spawn } from 'node:child_process'
import { parentPort, workerData } from 'node:worker_threads'
import { FrameReader } from './frame.js'
import {
  answered,
  failed,
  kindWord,
  lengthWord,
  type PipeRequest,
  type PipeStart,
  pending,
  pidWord,
  stateWord,
  textBytes,
} from './pipe.js'

const port = parentPort as NonNullable<typeof parentPort>
const start = workerData as PipeStart
const control = new Int32Array(start.control)
const answer = new Uint8Array(start.answer)

let reader: FrameReader | undefined
let tell = false
/** Why nothing can come any more. */
let failure: string | undefined
/** The end of what the device says on standard error. */
let complaint = ''

const [file, ...rest] = start.command
const child = spawn(file, rest, { stdio: 'pipe' })
Atomics.store(control, pidWord, child.pid ?? 0)

child.on('error', (error) => fail(`it could not be started: ${error.message}`))
child.on('exit', (code, signal) => {
  Atomics.store(control, pidWord, 0)
  fail(`it ended (${signal ?? `exit code ${code}`})${complaint && `: ${complaint.trim()}`}`)
})
child.stdin.on('error', (error) => fail(`it takes no input: ${error.message}`))
child.stderr.on('data', (part: Buffer) => {
  complaint = (complaint + part.toString('latin1')).slice(-400)
})
child.stdout.on('data', (part: Buffer) => {
  if (!reader) return fail('it wrote without being asked')
  const frame = reader.push(part)
  if (frame === undefined) return
  if (typeof frame === 'string') return fail(frame)
  reader = undefined
  settle(answered, frame.kind, frame.payload)
})

port.on('message', (request: PipeRequest | 'close') => {
  if (request === 'close') {
    child.kill('SIGKILL')
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
    port.close()
    return
  }
  tell = request.tell
  // It may have failed between the request and its message; then the state is told already.
  if (failure !== undefined) {
    if (Atomics.load(control, stateWord) === pending) fail(failure)
    else if (tell) port.postMessage(undefined)
    return
  }
  reader = new FrameReader(request.number, answer.length)
  child.stdin.write(request.frame)
})

/** A device that failed is not asked again: it ends, before it writes without end to nobody. */
function fail(reason: string): void {
  failure ??= reason.slice(0, textBytes)
  reader = undefined
  child.kill('SIGKILL')
  settle(failed, 0, Buffer.from(failure, 'latin1').subarray(0, textBytes))
}

/** Only a thread that waits is answered. */
function settle(state: number, kind: number, payload: Uint8Array): void {
  if (Atomics.load(control, stateWord) !== pending) return
  answer.set(payload)
  Atomics.store(control, lengthWord, payload.length)
  Atomics.store(control, kindWord, kind)
  Atomics.store(control, stateWord, state)
  Atomics.notify(control, stateWord)
  if (tell) port.postMessage(undefined)
}
