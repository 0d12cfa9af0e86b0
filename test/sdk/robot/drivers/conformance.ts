/** What every driver must keep, whatever its board; run against a simulated board that knows nothing of the driver. */
import { firstValueFrom, lastValueFrom, Subject, timeout } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { SimulatedBoard } from '../../../../examples/simulated-boards/board.js'
import { LutraError } from '../../../../hal/error.js'
import type { Action } from '../../../../sdk/action/index.js'
import { skillSet } from '../../../../sdk/action/index.js'
import type { Call, Driver, DriverFactory } from '../../../../sdk/robot/driver.js'
import { memoryPair, robot, violation } from '../../../../sdk/robot/index.js'
import type { Transport } from '../../../../sdk/robot/transport.js'
import { seeded, sleep } from '../rig.js'

export interface Bench {
  readonly name: string
  readonly factory: DriverFactory
  board(line: Transport): SimulatedBoard
  /** One or more of each skill; each ends within two seconds. */
  readonly actions: readonly Action[]
  /** Moves for some seconds. */
  readonly long: Action
  /** A further set-up of a driver: here only with what differs, fully in ./drivers.long.test.ts. */
  readonly variant?: boolean
  /** Its base (wheels, joints, …) is held to the runtime by this driver. Default false. */
  readonly runtime?: boolean
  /** Why the board cannot answer, where it cannot. */
  readonly oneWay?: string
  /** Milliseconds beyond stopAfter that the board may move when its host has died. Default 300. */
  readonly coast?: number
}

/** Everything, as often as it takes to meet what is rare. */
const full = process.env.LUTRA_LONG_TESTS !== undefined
const stopAfter = 300
/** A shared machine's pauses, beyond what a board takes to stop. */
const slack = 400

export interface Rig {
  readonly driver: Driver
  readonly board: SimulatedBoard
  readonly line: { cut(): void; sent: number; deaf: boolean; inject(bytes: Uint8Array): void }
}

/** An open line with a board at its end; what passes may be hurt on the way. */
export function open(bench: Bench, hurt?: (bytes: Uint8Array) => Uint8Array): Rig {
  const { transport, board, line } = wire(bench, hurt)
  return { driver: bench.factory(transport), board, line }
}

function wire(bench: Bench, hurt: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes) {
  const pair = memoryPair()
  const bytes = new Subject<Uint8Array>()
  pair.host.bytes.subscribe({ next: (chunk) => bytes.next(hurt(chunk)), complete: () => bytes.complete() })
  const line = { cut: pair.cut, sent: 0, deaf: false, inject: (chunk: Uint8Array) => bytes.next(chunk) }
  const transport: Transport = {
    name: 'simulated',
    simulated: true,
    bytes,
    closed: pair.host.closed,
    write: async (out, options) => {
      line.sent++
      if (!line.deaf) await pair.host.write(hurt(out), options)
    },
    writeNow: (out) => pair.host.writeNow(out),
    close: () => pair.host.close(),
  }
  return { transport, board: bench.board(pair.board), line }
}

/** Runs with a greeted driver, and ends both however it went. */
export async function using(bench: Bench, test: (rig: Rig) => Promise<void>, hurt?: (b: Uint8Array) => Uint8Array) {
  const rig = open(bench, hurt)
  try {
    await rig.driver.greet({ stopAfter, patience: 3000 })
    await test(rig)
  } finally {
    rig.board.off()
    await rig.driver.close()
  }
}

export function call(options: { signal?: AbortSignal; alive?: () => boolean } = {}): Call & { percents: number[] } {
  const percents: number[] = []
  const { signal = new AbortController().signal, alive = () => true } = options
  return { signal, alive, progress: (percent) => percents.push(percent), percents }
}

async function within(ms: number, condition: () => boolean): Promise<boolean> {
  for (const end = performance.now() + ms; performance.now() < end; await sleep(5)) if (condition()) return true
  return condition()
}

/** It moves for the last time within `ms`, and then stands for a tenth of a second. */
export async function rests(board: SimulatedBoard, ms: number): Promise<void> {
  const began = performance.now()
  let moved = began
  do {
    if (board.moving) moved = performance.now()
    await sleep(5)
  } while (performance.now() - moved < 100 && moved - began <= ms)
  expect(moved - began, 'milliseconds in motion').toBeLessThanOrEqual(ms)
}

/** Stops it, and waits for the board's word: the number of that stop. */
export function stopped(driver: Driver): Promise<number> {
  const proof = firstValueFrom(driver.stopped.pipe(timeout(3000)))
  driver.sendStop()
  return proof
}

export function conforms(bench: Bench): void {
  const { long, actions, coast = 300 } = bench
  const fails = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error: LutraError) => error,
    )

  const whole = it.runIf(full || !bench.variant)

  describe.concurrent(`${bench.name}: every driver`, () => {
    whole('has skills that a grammar can be made of, and greets without moving', () =>
      using(bench, async ({ driver, board }) => {
        expect(() => skillSet(driver.skills)).not.toThrow()
        for (const skill of ['wait', 'stop', 'repeat', 'refuse']) expect(driver.skills).toHaveProperty(skill)
        for (const action of [...actions, long]) expect(violation(action, skillSet(driver.skills))).toBeUndefined()
        expect(driver.simulated).toBe(true)
        expect(board.moved).toBe(false)
        expect(driver.ended).toBeUndefined()
      }),
    )

    it('does each of its skills and rests', () =>
      using(bench, async ({ driver, board }) => {
        for (const action of actions) {
          const ours = call()
          await driver.perform(action, ours)
          expect([...ours.percents].sort((a, b) => a - b)).toEqual(ours.percents)
          await rests(board, slack)
        }
        expect(board.moved).toBe(true)
      }))

    whole('rests when an action is aborted, then says why', () =>
      using(bench, async ({ driver, board }) => {
        const reason = new LutraError('cancelled', 'enough')
        for (const after of full ? [0, 30, 400] : [30, 200]) {
          const abort = new AbortController()
          const end = fails(driver.perform(long, call({ signal: abort.signal })))
          await sleep(after)
          abort.abort(reason)
          expect(await end).toBe(reason)
          await rests(board, slack)
        }
        expect(board.moved).toBe(true)
        await driver.perform({ skill: 'wait', seconds: 0 }, call())
      }),
    )

    whole('rests when nobody vouches for it, before and while it moves', () =>
      using(bench, async ({ driver, board }) => {
        expect((await fails(driver.perform(long, call({ alive: () => false }))))?.kind).toBe('io')
        expect(board.moved).toBe(false)
        let alive = true
        const end = fails(driver.perform(long, call({ alive: () => alive })))
        expect(await within(1000, () => board.moving)).toBe(true)
        await sleep(150)
        alive = false
        expect((await end)?.kind).toBe('io')
        await rests(board, stopAfter + slack)
      }),
    )

    it('stops at any moment, proves it, and moves again only when released', () =>
      using(bench, async ({ driver, board }) => {
        const random = seeded(7)
        for (let i = 0; i < (full ? 4 : 2); i++) {
          const end = fails(driver.perform(long, call()))
          await sleep(random() * 250)
          const proof = stopped(driver)
          await sleep(10)
          driver.sendStop()
          const stop = await proof
          await rests(board, slack)
          expect((await end)?.kind).toBe('cancelled')
          expect(await fails(driver.perform(long, call()))).toBeInstanceOf(LutraError)
          await rests(board, 50)
          await expect(driver.release(stop + 1)).rejects.toMatchObject({ kind: 'unsafe' })
          await driver.release(stop)
        }
        await driver.perform(actions[0], call())
        expect(board.moved).toBe(true)
      }))

    it.runIf(full || bench.runtime)('serves the runtime: stopped, latched, reset, and on again', async () => {
      const { transport, board } = wire(bench)
      const ours = await robot(transport, { driver: bench.factory, stopAfter })
      try {
        const end = fails(lastValueFrom(ours.perform(long)))
        expect(await within(1000, () => board.moving)).toBe(true)
        expect((await ours.stop()).confirmed).toBe(true)
        await rests(board, slack)
        expect((await end)?.kind).toBe('cancelled')
        expect(ours.now).toMatchObject({ mode: 'stopped', latched: true })
        await ours.reset()
        expect(ours.now.latched).toBe(false)
        const done = await lastValueFrom(ours.perform([actions[0], { skill: 'wait', seconds: 0.5 }]))
        expect(done.state).toBe('done')
        expect(ours.now.mode).toBe('idle')
      } finally {
        await ours.close()
        await rests(board, stopAfter + coast + slack)
        board.off()
      }
    })

    it('stops with its last breath', () =>
      using(bench, async ({ driver, board, line }) => {
        const end = fails(driver.perform(long, call()))
        expect(await within(1000, () => board.moving)).toBe(true)
        line.deaf = true
        driver.lastBreath()
        await rests(board, slack)
        line.cut()
        expect(await end).toBeInstanceOf(LutraError)
      }))

    it('leaves a board that rests by itself when its host dies', () =>
      using(bench, async ({ driver, board, line }) => {
        const end = fails(driver.perform(long, call()))
        expect(await within(1000, () => board.moving)).toBe(true)
        await sleep(100)
        line.deaf = true
        await rests(board, stopAfter + coast + slack)
        line.cut()
        expect(await end).toBeInstanceOf(LutraError)
      }))

    whole('tells silence as io', async ({ skip }) => {
      if (bench.oneWay) return skip(bench.oneWay)
      await using(bench, async ({ driver, board }) => {
        const end = fails(driver.perform(long, call()))
        expect(await within(1000, () => board.moving)).toBe(true)
        board.mute = true
        expect((await end)?.kind).toBe('io')
        await rests(board, stopAfter + coast + slack)
      })
      const rig = open(bench)
      rig.board.mute = true
      expect((await fails(rig.driver.greet({ stopAfter, patience: 300 })))?.kind).toBe('io')
      rig.board.off()
      await rig.driver.close()
    })

    whole('ends with its line', () =>
      using(bench, async ({ driver, board, line }) => {
        const ended = firstValueFrom(driver.end)
        const end = fails(driver.perform(long, call()))
        expect(await within(1000, () => board.moving)).toBe(true)
        line.cut()
        expect((await ended).kind).toBe('closed')
        expect((await end)?.kind).toBe('closed')
        expect(driver.ended?.kind).toBe('closed')
        expect((await fails(driver.perform(long, call())))?.kind).toBe('closed')
        driver.sendStop()
        driver.lastBreath()
        expect((await fails(driver.release(0)))?.kind).toBe('closed')
        await rests(board, stopAfter + coast + slack)
      }),
    )

    whole('does one action at a time', () =>
      using(bench, async ({ driver }) => {
        const abort = new AbortController()
        const end = fails(driver.perform(long, call({ signal: abort.signal })))
        expect((await fails(driver.perform(long, call())))?.kind).toBe('unsafe')
        abort.abort(new LutraError('cancelled', 'enough'))
        await end
      }),
    )

    whole('sends nothing after it was closed', async () => {
      const rig = open(bench)
      await rig.driver.greet({ stopAfter, patience: 3000 })
      await rig.driver.close()
      await rig.driver.close()
      const { sent } = rig.line
      expect(await fails(rig.driver.perform(long, call()))).toBeInstanceOf(LutraError)
      await sleep(150)
      expect(rig.line.sent).toBe(sent)
      rig.board.off()
    })

    it('stands noise on the line, and is at rest behind it', async () => {
      const random = seeded(11)
      let harm = 0
      const hurt = (bytes: Uint8Array) => {
        if (random() >= harm) return bytes
        const out = bytes.slice()
        out[Math.floor(random() * out.length)] ^= 1 + Math.floor(random() * 255)
        return random() < 0.5 ? out : out.subarray(0, Math.floor(random() * out.length))
      }
      await using(
        bench,
        async ({ driver, board, line }) => {
          harm = 0.05
          const noise = setInterval(() => {
            line.inject(Uint8Array.from({ length: Math.floor(random() * 30) }, () => Math.floor(random() * 256)))
          }, 20)
          for (let i = 0; i < (full ? 3 : 2); i++) {
            const error = await fails(driver.perform(actions[0], call()))
            if (error) expect(error).toBeInstanceOf(LutraError)
            await rests(board, stopAfter + coast + slack)
          }
          clearInterval(noise)
          expect(driver.noise + driver.retries).toBeGreaterThan(0)
        },
        hurt,
      )
    })
  })
}
