/**
 * Three boards and one broker: instructions go to whoever is free, the robot is moved by the board that holds it, and a
 * board that leaves in the middle is replaced.
 * takes  nothing (all in this process, the broker and the rover simulated), or a broker: node dist/examples/fleet.js mqtt://host
 * board  any; a real fleet runs one fleetMember() a board
 */
import { lastValueFrom, tap } from 'rxjs'
import { open, robot, roverSkills } from '../sdk/index.js'
import { connect, fleetClient, fleetMember, MemoryBroker } from '../sdk/iot/index.js'
import { startRover } from './simulated-rover/start.js'

const [, , url] = process.argv
const broker = new MemoryBroker()
if (url === undefined) console.log('the broker is simulated')
const way = url === undefined ? { connect: broker.connect.bind(broker) } : { url }

const model = await open('pilot')
const simulated = startRover({ speed: 8 })
console.log(simulated.note)
const rover = await robot(simulated.port)

const fast = { beatMs: 300, leaseMs: 1500, skills: { rover: roverSkills } }
const boards = await Promise.all([
  fleetMember(model, { ...way, ...fast, board: 'kitchen', robots: { rover } }),
  fleetMember(model, { ...way, ...fast, board: 'garage' }),
  // It says that it is too hot, so it is given nothing.
  fleetMember(model, { ...way, ...fast, board: 'attic', temperature: () => 95 }),
])
const line = await (url === undefined ? broker.connect() : connect({ url }))
const fleet = fleetClient(line)

async function ask(prompt: string): Promise<void> {
  const answer = await lastValueFrom(
    fleet.ask({ kind: 'act', robot: 'rover', prompt }).pipe(
      tap((news) => {
        if (news.type === 'assigned') console.log(`"${prompt}" goes to ${news.board}`)
        if (news.type === 'report' && news.state === 'done')
          console.log(`${news.board} did ${JSON.stringify(news.action)}`)
      }),
    ),
  )
  if (answer.type === 'answer') console.log(`"${prompt}": ${answer.state}`)
}

try {
  await Promise.all([ask('drive one metre forward'), ask('turn left')])
  const [, garage] = boards
  await garage.close()
  console.log('garage has left')
  await ask('switch the light on')
} finally {
  for (const board of boards) await board.close()
  await line.close()
  await rover.close()
  await simulated.off()
  await model.close()
}
