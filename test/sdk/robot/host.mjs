// A host in its own process, to be killed: opens the robot at argv[2] and drives; argv[3] says how it ends, argv[4] its
// stopAfter in ms. Runs the built tree.
import { isMainThread, Worker } from 'node:worker_threads'
import { robot } from '../../../dist/sdk/robot/index.js'

const [, file, port, how, stopAfter = 300] = process.argv

if (isMainThread && how === 'worker') {
  new Worker(file, { argv: [port] }).on('error', ({ kind }) => process.stdout.write(`error ${kind}\n`))
} else {
  const rover = await robot(port, { stopAfter: Number(stopAfter) })
  rover.perform({ skill: 'drive', metres: 4 }).subscribe({
    next: ({ state }) => process.stdout.write(`${state}\n`),
    error: ({ kind }) => process.stdout.write(`error ${kind}\n`),
  })
  const fail = () => {
    throw new Error('a bug')
  }
  if (how === 'caught') process.on('uncaughtException', () => {})
  if (how === 'exit') setTimeout(() => process.exit(7), 500)
  if (how === 'throw' || how === 'caught') setTimeout(fail, 500)
  if (how === 'crash') setTimeout(() => Promise.reject(new Error('a bug')), 500)
}
