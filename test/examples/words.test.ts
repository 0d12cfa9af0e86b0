/** Examples that turn words into motion, as a newcomer runs them: compiled, with simulated ends. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const dist = new URL('../../dist/examples/', import.meta.url)
const built = existsSync(new URL('hello.js', dist))
const skip = (context: { skip: (reason: string) => void }) => {
  if (!built) context.skip('dist/ is not built (npm run build:ts)')
}

/** Its whole output; what is said to it comes in turn: texts, and milliseconds to wait before the next. */
async function run(
  file: string,
  said: readonly (string | number)[] = [],
): Promise<{ out: string; code: number | null }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, dist))])
  let out = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => {
      out += bytes
    })
  const ended = new Promise<number | null>((done) => child.on('close', done))
  child.stdin.on('error', () => {})
  for (const each of said) {
    if (typeof each === 'number') await sleep(each)
    else child.stdin.write(`${each}\n`)
  }
  child.stdin.end()
  const code = await ended
  return { out, code }
}

test.concurrent('arm: raises, opens and closes', async (context) => {
  skip(context)
  const { out, code } = await run('arm.js')
  expect(out).toMatch(/the arm is simulated/)
  expect(out).toMatch(/"up"} .*shoulder: 30/)
  expect(out).toMatch(/"open"} .*gripper: 40/)
  expect(out).toMatch(/"close"} .*gripper: 0/)
  expect(code).toBe(0)
})

test.concurrent('pan-tilt: looks where it is told', async (context) => {
  skip(context)
  const { out, code } = await run('pan-tilt.js', ['look left', 2500, 'drive two metres', 'look up', 1500])
  expect(out).toMatch(/"left"} { pan: 90, tilt: 0 }/)
  expect(out).toMatch(/"up"} { pan: 90, tilt: 40 }/)
  expect(out).not.toMatch(/drive/)
  expect(code).toBe(0)
})

test.concurrent('console: stops at once, forgets what was said before, and goes on when told', async (context) => {
  skip(context)
  const said = ['drive five metres', 'turn right', 1500, 'please stop now', 500, 'go on', 'turn left', 'write a poem']
  const { out, code } = await run('console.js', said)
  expect(out).toMatch(/Ready\. The rover is simulated\.\n(.*\n)*Stopped\.\n/)
  expect(out).toMatch(/That ended early/)
  expect(out).toMatch(/Going on\.\nDone: turn 90/)
  expect(out).not.toMatch(/turn -90/)
  expect(out).toMatch(/I will not do that: out of scope/)
  expect(code).toBe(0)
})

test.concurrent('ros: drives a base by instructions of a topic, refuses what it has no skill for', async (context) => {
  skip(context)
  const { out, code } = await run('ros.js')
  expect(out).toMatch(/simulated/)
  expect(out).toMatch(/done {"metres":0.5,"skill":"drive"}/)
  expect(out).toMatch(/refused .*grip/)
  expect(code).toBe(0)
})

test.concurrent('mavlink: drives a rover of another make', async (context) => {
  skip(context)
  const { out, code } = await run('mavlink/main.js')
  expect(out).toMatch(/the rover is simulated/)
  expect(out).toMatch(/"metres":1} done, now at { x: (1\.0|0\.9)/)
  expect(code).toBe(0)
})
