/**
 * A robot script: drives a square, shows every state, and stops at Ctrl-C.
 * takes  a serial port as argument, or none for the simulated rover · needs no model, no hardware
 * board  any with a serial port; firmware as in docs/rover-protocol.md
 */
import { distinctUntilChanged, from, lastValueFrom, map, tap } from 'rxjs'
import { type Robot, robot } from '../sdk/robot/index.js'

const [, , port = 'simulated:speed=4'] = process.argv
const rover: Robot = await robot(port, { stopAfter: 500 })
console.log(rover.name)
rover.state
  .pipe(
    map(({ mode }) => mode),
    distinctUntilChanged(),
  )
  .subscribe((mode) => console.log(`the rover is ${mode}`))

const side = [
  { skill: 'drive', metres: 1 },
  { skill: 'turn', degrees: -90 },
]
const square = [
  { skill: 'repeat', times: 4, actions: side },
  { skill: 'say', text: 'back again' },
]

try {
  await lastValueFrom(
    from(square).pipe(
      rover.execute(),
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
}
