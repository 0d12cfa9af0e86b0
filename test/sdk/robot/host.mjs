// A host in its own process, to be killed: opens the robot at argv[2] and drives; argv[3] says how it ends, argv[4] its
// stopAfter in ms. Runs the built tree.
import { robot } from '../../../dist/sdk/robot/index.js'

const rover = await robot(process.argv[2], { stopAfter: Number(process.argv[4] ?? 300) })
rover.perform({ skill: 'drive', metres: 4 }).subscribe({
  next: ({ state }) => process.stdout.write(`${state}\n`),
  error: ({ kind }) => process.stdout.write(`error ${kind}\n`),
})
if (process.argv[3] === 'exit') setTimeout(() => process.exit(0), 500)
if (process.argv[3] === 'crash') setTimeout(() => Promise.reject(new Error('a bug')), 500)
