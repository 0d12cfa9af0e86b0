/**
 * Words to an ArduPilot rover: the pilot writes actions, a driver of our own speaks MAVLink.
 * takes  a serial port (telemetry radio, USB) and words, or nothing for a simulated rover · needs npm install node-mavlink
 * board  any with a serial port
 */
import { lastValueFrom, tap } from 'rxjs'
import { open } from '../../sdk/index.js'
import { memoryPair, robot } from '../../sdk/robot/index.js'
import { mavlink } from './driver.js'
import { SimulatedArdurover } from './simulated.js'

const [, , port, words = 'drive one metre forward, then turn left'] = process.argv
const pair = memoryPair()
const autopilot = port === undefined ? new SimulatedArdurover(pair.board) : undefined
if (autopilot) console.log('the rover is simulated')

const model = await open('pilot')
const rover = await robot(port ?? pair.host, { driver: mavlink({ speed: 1 }), baudRate: 57_600 })
try {
  const { actions } = await model.interpret(words)
  await lastValueFrom(
    rover.perform(actions).pipe(
      tap(({ state, action, telemetry }) => {
        if (state === 'done') console.log(`${JSON.stringify(action)} done, now at`, telemetry?.pose)
      }),
    ),
  )
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
} finally {
  await rover.close()
  await model.close()
  autopilot?.off()
}
