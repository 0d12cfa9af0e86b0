/**
 * A ROS node of words: instructions come in on a topic, the pilot writes actions, a base drives, reports go out.
 * takes  ws://HOST:9090 of a rosbridge, or nothing for a simulated one that asks by itself
 * board  any in reach of the bridge. Topics: /lutra/instruction, /lutra/report (std_msgs/String), /cmd_vel, /odom
 */
import { catchError, concatMap, filter, map, of, Subject, tap } from 'rxjs'
import { allowed, createGuard, guarded, open, robot, skillSet } from '../sdk/index.js'
import { ros, rosbridge, rosGraph } from '../sdk/robot/drivers/index.js'
import { simulatedBridge } from './simulated-ros/bridge.js'

const [, , url] = process.argv
const simulated = url === undefined ? await simulatedBridge() : undefined

const node = await rosbridge(url ?? simulated!.url)
const model = await open('pilot')
const base = await robot(rosGraph(node), { driver: ros({ speed: 0.5 }), alive: model.alive() })
const guard = createGuard(skillSet(base.skills))
const report = node.publisher('/lutra/report', 'std_msgs/msg/String')
const tell = (data: string) => {
  console.log(data)
  report({ data })
}
const instructions = new Subject<string>()
node.subscribe('/lutra/instruction', 'std_msgs/msg/String', (message) => {
  const data = (message as { data?: unknown } | null)?.data
  if (typeof data === 'string') instructions.next(data)
})

instructions
  .pipe(
    concatMap((text) =>
      model.actions(text).pipe(
        guarded(guard),
        tap(({ verdict, action, why }) => {
          if (verdict === 'refused') tell(`refused ${JSON.stringify(action)}: ${why}`)
        }),
        allowed(),
        base.execute(),
        filter(({ state }) => state === 'done' || state === 'refused'),
        map(({ state, action }) => `${state} ${JSON.stringify(action)}`),
        catchError((error: Error) => of(error.message)),
      ),
    ),
  )
  .subscribe(tell)

if (simulated) {
  console.log('the bridge and the base behind it are simulated')
  for (const data of ['drive 50 cm forward', 'turn left', 'open the gripper'])
    simulated.publish('/lutra/instruction', { data })
  setTimeout(
    () =>
      void base
        .close()
        .then(() => model.close())
        .then(() => simulated.off()),
    6000,
  )
}
