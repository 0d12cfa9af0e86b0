/** The apps of examples/boards where something goes wrong in the middle: Ctrl-C, a cable, a wrong word on the command line. */
import { expect, test } from 'vitest'
import { noDist, start } from './start.js'

if (noDist) console.warn(`skipped: ${noDist}`)
const it = test.skipIf(noDist)

it('raspberry-pi-5: Ctrl-C stops it in motion; a line that goes is told, and ends it', async () => {
  const app = start('raspberry-pi-5')
  await app.until(/the rover is idle/)
  app.say('drive nine metres')
  await app.until(/started/)
  app.interrupt()
  await app.until(/STOPPED: /)
  await app.until(/brought to rest/)
  expect((await app.end()).code).toBe(0)

  const cut = start('raspberry-pi-5')
  await cut.until(/the rover is idle/)
  cut.say('drive nine metres')
  await cut.until(/started/)
  cut.say('unplug')
  await cut.until(/ended early/)
  const { code, out } = await cut.end()
  expect(out).toMatch(/Expected .* to stay but it has gone; check the line\n$/)
  expect(code).toBe(1)
})

it.each([
  ['a person who has the arm', true, /the arm goes limp[\s\S]*torque of the servos (false,?){6}\n/],
  ['nobody', false, /the arm holds[\s\S]*torque of the servos (true,?){6}\n/],
] as const)(
  'jetson-orin-nano: Ctrl-C stops Dynamixel servos under torque, and %s decides on it',
  async (_, has, wanted) => {
    const app = start('jetson-orin-nano', ['--simulate', '--servos', 'dynamixel'])
    await app.until(/watched over by the board/)
    app.say('raise the arm')
    await app.until(/done .*"up"/)
    app.say('lower the arm')
    await app.until(/started .*"down"/)
    app.interrupt()
    await app.until(/holding\. Support the arm/)
    if (has) app.say('')
    const { code, out } = await app.end()
    expect(out).toMatch(/STOPPED/)
    expect(out).toMatch(wanted)
    expect(code).toBe(0)
  },
)

it('wrong words, and what is not there, are told', async () => {
  const clay = await start('jetson-orin-nano', ['--simulate', '--servos', 'clay']).end()
  expect(clay).toMatchObject({ code: 1, out: expect.stringMatching(/Expected --servos feetech or dynamixel/) })
  const port = await start('raspberry-pi-5', ['--port', '/dev/none'], { LUTRA_BOARD: 'raspberry-pi-5' }).end()
  expect(port).toMatchObject({ code: 1, out: expect.stringMatching(/Expected a serial port at \/dev\/none/) })
  const silent = await start('rk3588', ['mqtt://127.0.0.1:1'], { LUTRA_BOARD: 'rock-5b' }).end()
  expect(silent).toMatchObject({ code: 1, out: expect.stringMatching(/Expected a line to mqtt:\/\/127\.0\.0\.1:1 /) })
  const broker = await start('rk3588', [], { LUTRA_BOARD: 'rock-5b' }).end()
  expect(broker).toMatchObject({ code: 1, out: expect.stringMatching(/Expected a broker/) })
  const model = await start('surface-laptop-7', ['--simulate', 'no.gguf']).end()
  expect(model).toMatchObject({ code: 1, out: expect.stringMatching(/Expected a model at no\.gguf/) })
  const pilot = await start('beagleplay', ['--simulate', '--model', 'pilot']).end()
  expect(pilot).toMatchObject({ code: 1, out: expect.stringMatching(/the pilot knows only commands/) })
})

it('an unknown option is wrong usage', async () => {
  const { code, out } = await start('beagleplay', ['--bogus']).end()
  expect(out).toMatch(/usage: .*--seconds/)
  expect(code).toBe(2)
})
