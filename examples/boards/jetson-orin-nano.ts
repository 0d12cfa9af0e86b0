/**
 * A robot arm of six bus servos, moved by words: each line of stdin is an instruction. `stop` overtakes whatever moves,
 * `reset` allows motion again. At the end of input the arm folds and goes limp; at Ctrl-C it stops, holds, and goes limp if
 * somebody has it in his hands and says so by Enter.
 * takes  --port PATH (a USB adapter; else the header's UART), --servos feetech or dynamixel · wiring: docs/board-apps.md
 * board  Jetson Orin Nano; --simulate runs anywhere
 */
import { createInterface } from 'node:readline'
import { filter, lastValueFrom, map, tap } from 'rxjs'
import { detectDevice, readSensor } from '../../hal/index.js'
import { type Action, LutraError, open, type Report, robot } from '../../sdk/index.js'
import { type ArmOptions, dynamixel, feetech } from '../../sdk/robot/drivers/index.js'
import { memoryPair } from '../../sdk/robot/index.js'
import { SimulatedDynamixel } from '../simulated-boards/dynamixel.js'
import { SimulatedFeetech } from '../simulated-boards/feetech.js'
import { app, linesOf, pathOf } from './app.js'

/** Whether somebody has the arm: Enter within ten seconds. It would fall, and an arm that stands by itself harms nobody. */
async function handed(say: (text: string) => void): Promise<boolean> {
  say('holding. Support the arm, then press Enter, and it goes limp; else it holds until its servos lose power')
  const lines = createInterface({ input: process.stdin })
  const late = setTimeout(() => lines.close(), 10_000)
  const pressed = await new Promise<boolean>((resolve) => {
    lines.once('line', () => resolve(true)).once('close', () => resolve(false))
  })
  clearTimeout(late)
  lines.close()
  say(pressed ? 'the arm goes limp' : 'nobody has it: the arm holds')
  return pressed
}

/** Degrees that each joint may be sent to, and the poses that the words mean: measure them on your own arm. */
const arm: ArmOptions = {
  joints: {
    base: { id: 1, min: -110, max: 110 },
    shoulder: { id: 2, min: -100, max: 100 },
    elbow: { id: 3, min: -95, max: 95 },
    wrist: { id: 4, min: -95, max: 95 },
    roll: { id: 5, min: -160, max: 160 },
    gripper: { id: 6, min: -5, max: 95, speed: 120 },
  },
  poses: {
    home: { base: 0, shoulder: 0, elbow: 0, wrist: 0 },
    up: { shoulder: 30, elbow: -20, wrist: -10 },
    down: { shoulder: -30, elbow: 40, wrist: 20 },
    folded: { base: 0, shoulder: -40, elbow: 45, wrist: 0 },
    open: { gripper: 40 },
    close: { gripper: 0 },
  },
}
const kinds = {
  feetech: { driver: feetech, standIn: SimulatedFeetech },
  dynamixel: { driver: dynamixel, standIn: SimulatedDynamixel },
}

/** The pilot speaks of arm and gripper, this arm of poses; for the rest of the pilot's skills it has nothing. */
function meant(action: Action): Action {
  if (action.skill === 'arm') return { skill: 'pose', name: action.pose }
  if (action.skill === 'grip') return { skill: 'pose', name: action.state }
  return action
}

const about = {
  boards: ['jetson-orin-nano'],
  usage: '[--port /dev/ttyTHS1] [--servos feetech|dynamixel]',
  options: ['port', 'servos'],
}

await app(about, async ({ board, reader, simulate, options, signal, say, later }) => {
  const kind = kinds[(options.servos ?? 'feetech') as keyof typeof kinds]
  if (!kind) throw new LutraError('mismatch', `Expected --servos feetech or dynamixel but found ${options.servos}`)
  const pair = memoryPair()
  const standIn = simulate ? new kind.standIn(pair.board, { ids: [1, 2, 3, 4, 5, 6] }) : undefined
  if (standIn) later(() => standIn.off())
  const line = simulate ? pair.host : (options.port ?? pathOf({ board, reader }, board.uarts[0]))

  const model = await open('pilot')
  later(() => model.close())
  const servos = await robot(line, { driver: kind.driver({ ...arm, end: () => handed(say) }), alive: model.alive() })
  later(async () => {
    await servos.close()
    if (standIn) say(`torque of the servos ${standIn.servos.map((one) => one.torque)}`)
  })

  const watts = detectDevice(reader).sensors.filter((sensor) => sensor.kind === 'power')
  const power = watts.flatMap((sensor) => {
    const value = readSensor(reader, sensor)
    return value === undefined ? [] : `${sensor.name} ${value.toFixed(1)} W`
  })
  // What the power mode leaves on: a core that is off is not found, a capped clock is.
  const clocks = model.device.clusters.map(({ cpus, core, maxHertz }) => {
    return `${cpus.length}× ${core}${maxHertz ? ` up to ${(maxHertz / 1e9).toFixed(2)} GHz` : ''}`
  })
  say(
    `${options.servos ?? 'feetech'} servos on ${simulate ? 'a bus in memory' : line}, watched over by the ${servos.watchdog}`,
  )
  say(`here: ${clocks.join(', ')}; ${power.join(', ') || 'no power sensor'}; ${model.plan.threadsWhy}`)

  const tell = ({ action, state, telemetry }: Report) =>
    say(`${state} ${JSON.stringify(action)} ${JSON.stringify(telemetry?.joints ?? {})}`)
  const does = (actions: ReturnType<typeof model.actions>) =>
    lastValueFrom(
      actions.pipe(
        map(meant),
        servos.execute(),
        filter(({ state }) => state !== 'moving'),
        tap(tell),
      ),
      {
        defaultValue: undefined,
      },
    ).catch((error: Error) => say(`that ended early: ${error.message}`))

  let turn: Promise<unknown> = Promise.resolve()
  for await (const line of linesOf({ signal })) {
    const words = line.trim()
    if (/\bstop\b/i.test(words)) say((await servos.stop(words)).confirmed ? 'STOPPED, holding' : 'stop NOT confirmed')
    else if (words === 'reset')
      await servos.reset().then(
        () => say('free again'),
        (error: Error) => say(error.message),
      )
    else if (words !== '') turn = turn.then(() => does(model.actions(words)))
  }
  await turn
  // Ctrl-C is an emergency stop, and closes the line, which asks for the arm: an arm that fell would be the worse end.
  if (signal.aborted) return say('STOPPED')
  if (servos.now.mode === 'closed') throw new LutraError('closed', 'Expected the bus to stay but it has gone; check it')
  // Torque away: servos that hold a load grow hot with nobody to look at them.
  if (servos.now.latched) await servos.reset()
  else await lastValueFrom(servos.perform({ skill: 'pose', name: 'folded' }))
  await lastValueFrom(servos.perform({ skill: 'torque', state: 'off' }))
  say('the end: the arm is limp')
})
