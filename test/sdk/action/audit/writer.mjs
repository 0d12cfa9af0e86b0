/** Writes to an audit log as fast as it can and tells each number once it is acknowledged, until it is killed. */
import { writeSync } from 'node:fs'
import { Audit } from '../../../../dist/sdk/action/index.js'

const [, , path, sync] = process.argv
const audit = await Audit.open(path, { sync: sync === 'sync', rotate: { bytes: 4096 } })
const tell = (n) => writeSync(1, `${n}\n`)
for (let i = 0; ; i++) {
  // Alone and in batches of many sizes.
  const batch = Array.from({ length: 1 + (i % 7) }, () => audit.record({ kind: 'x', text: 'y'.repeat((i * 37) % 400) }))
  for (const each of batch) tell(await each)
}
