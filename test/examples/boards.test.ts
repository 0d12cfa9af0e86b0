/** The apps of examples/boards as a newcomer meets them: compiled, in processes of their own, with simulated ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { noDist, start } from './start.js'

if (noDist) console.warn(`skipped: ${noDist}`)
const it = test.skipIf(noDist).concurrent

it('raspberry-pi-5: the button overtakes a running drive and holds until it is released', async () => {
  const app = start('raspberry-pi-5')
  await app.until(/the rover is idle/)
  app.say('drive nine metres')
  await app.until(/started {.*"metres":9/)
  app.say('turn right')
  app.say('press')
  await app.until(/STOPPED: .*button on line 17 of pinctrl-rp1/)
  await app.until(/stopped {.*"metres":9.*} \d\d? %/)
  await app.until(/dropped.*turn right/)
  app.say('reset')
  await app.until(/STOPPED|still stopped/)
  app.say('turn right')
  await app.until(/that ended early: .*(stop|latched)/)
  app.say('release')
  app.say('xyzzy blorf')
  await app.until(/refused .*unclear|rejected|ended early/)
  // A released button counts after it has rested.
  await new Promise((later) => setTimeout(later, 150))
  app.say('reset')
  await app.until(/free again/)
  app.say('turn left')
  await app.until(/done .*"degrees":90/)
  app.say('status')
  await app.until(/the rover is idle; (no temperature sensor here|-?\d+ °C); at full speed/)
  app.say('sag')
  app.say('status')
  await app.until(/the rover is idle; .*; slowed down\n.*WARNING: under-voltage, throttled; the supply is too weak/)
  await app.until(/since the board started also: soft-temperature-limit/)
  const { code, lines } = await app.end()
  expect(lines.filter((line) => !line.startsWith('simulated: '))).toEqual([])
  expect(lines.join('\n')).not.toMatch(/started .*"degrees":-90/)
  expect(code).toBe(0)
})

it('jetson-orin-nano: words become poses, a stop holds, and at the end the servos are limp', async () => {
  const app = start('jetson-orin-nano')
  await app.until(/servos on a bus in memory/)
  app.say('raise the arm, then open the gripper')
  await app.until(/done .*"up"} .*"shoulder":30/)
  await app.until(/done .*"open"} .*"gripper":40/)
  app.say('lower the arm')
  await app.until(/started .*"down"/)
  app.say('stop it')
  await app.until(/STOPPED, holding/)
  app.say('raise the arm')
  await app.until(/ended early/)
  await app.until(/ended early/)
  app.say('reset')
  await app.until(/free again/)
  app.say('drive two metres')
  await app.until(/rejected .*drive/)
  const { code, out } = await app.end()
  expect(out).toMatch(/the end: the arm is limp\n.*torque of the servos (false,?){6}\n/)
  expect(code).toBe(0)
})

it('rk3588: commands by voice, a stop word in half a sentence, garbage ignored', async () => {
  const { code, out, lines } = await start('rk3588').end()
  expect(out).toMatch(/plan: \d+ threads on .*\n.*4× Cortex-A76/)
  const said = lines.slice(lines.findIndex((line) => /ignored/.test(line))).map((line) => line.slice(11))
  expect(said.slice(0, -1)).toEqual([
    'ignored on voice/rover/voice/heard: no result of a recognizer',
    'Pardon?',
    'Now: turn 90.',
    'Done: turn 90.',
    'Now: drive 5.',
    'Stopped.',
    'I am stopped. Say: rover, go on.',
    'Going on.',
    'I will not do that: out of scope.',
  ])
  expect(said.at(-1)).toMatch(/retained status: {"online":true,"state":"(idle|busy)".*"simulated":true/)
  expect(code).toBe(0)
})

it('beagleplay: says what its sensors mean, acts by rules, and outlives one that goes', async () => {
  const { code, out } = await start('beagleplay').end()
  expect(out).toMatch(/sensors: light \(opt3001\), humidity \(hdc1080\), temperature \(hdc1080\)/)
  expect(out).toMatch(/dusk at 0 lx: allowed .*"on"/)
  expect(out).toMatch(/dawn at 1\d\d\d lx: allowed .*"off"/)
  expect(out).toMatch(/light \d+ lx: as by a window, rising/)
  expect(out).toMatch(/humidity has gone[\s\S]*light \d+ lx: [\s\S]*humidity is here/)
  expect(out).not.toMatch(/NaN|undefined/)
  expect(out).toMatch(/the end; \d+ MB/)
  expect(code).toBe(0)
})

it('surface-laptop-7: measures, computes the ceiling, and then talks', async () => {
  const app = start('surface-laptop-7', ['--simulate', '--tokens', '8'])
  await app.until(/figures are of THIS machine/)
  await app.until(/memory: [\d.]+ GB\/s read, measured; a token reads [\d.]+ MB/)
  await app.until(/prefill [1-9]\d* tokens\/s, decode [1-9]\d* tokens\/s, measured over 8 tokens/)
  await app.until(/ceiling of decode, computed from that memory: [1-9]\d* tokens\/s/)
  app.say('turn left')
  await app.until(/\[{"skill":"turn","degrees":90}\] \(\d+ tokens/)
  app.say('\u0000 \u{1F600} '.repeat(300))
  await app.until(/refuse/)
  expect((await app.end()).code).toBe(0)
})

it('simulated-lut: the same actions by the simulated core, with its own counters beside the host', async () => {
  const app = start('simulated-lut', ['drive one metre and turn left', 'stop'], { LUTRA_BOARD: 'simulated-lut' })
  const { code, out, lines } = await app.end()
  expect(lines.filter((line) => !line.startsWith('simulated: '))).toEqual([])
  expect(out).toMatch(/lut-core M2N64K4 at 1\.0 GHz, declared by boards\/simulated-lut/)
  expect(out).toMatch(/→ \[{"skill":"drive","metres":1},{"skill":"turn","degrees":90}\]/)
  // At 1 GHz a thousand cycles are a microsecond.
  const [, cycles, micros] = /core: (\d+) cycles, (\d+) µs/.exec(out) ?? []
  expect(Number(cycles)).toBeGreaterThan(10_000)
  expect(Number(micros)).toBe(Math.round(Number(cycles) / 1000))
  expect(out).toMatch(/rover: done {"skill":"drive","metres":1}/)
  expect(out).toMatch(/decode: \d+ tokens\/s of its linears at 1\.0 GHz, bound by dma/)
  expect(out).toMatch(/energy of a token.* array \d+, registers \d+, sram \d+, dram \d+/)
  expect(code).toBe(0)
})

describe.skipIf(noDist)('without the hardware they say what is missing, and end with 1', () => {
  const none = mkdtempSync(join(tmpdir(), 'lutra-none-'))
  const rows: readonly (readonly [string, readonly string[], string, RegExp])[] = [
    ['raspberry-pi-5', [], 'generic', /Expected Raspberry Pi 5 .* found Generic .*--simulate\n$/],
    ['jetson-orin-nano', [], 'generic', /Expected NVIDIA Jetson Orin Nano .*--simulate\n$/],
    ['rk3588', ['mqtt://127.0.0.1:1'], 'generic', /Expected .*ROCK 5B.*--simulate\n$/],
    ['beagleplay', ['--root', none], 'beagleplay', /Expected IIO sensors .*but found none/],
    ['surface-laptop-7', [], 'generic', /Expected Microsoft Surface Laptop 7 .*--simulate\n$/],
    ['simulated-lut', [], 'generic', /Expected Simulated board .*--simulate\n$/],
  ]
  test.concurrent.each(rows)('%s %j on %s', async (name, words, board, wanted) => {
    const { code, out } = await start(name, words, { LUTRA_BOARD: board }).end()
    if (name === 'beagleplay') rmSync(none, { recursive: true })
    expect(out).toMatch(wanted)
    expect(out).not.toMatch(/\n\s+at /)
    expect(code).toBe(1)
  })
})
