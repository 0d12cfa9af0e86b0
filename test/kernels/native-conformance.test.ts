import { algorithms, nativeBackend, nativeTiers } from '../../kernels/native/index.js'
import { conform } from './conformance.js'

const tiers = nativeTiers()
if (tiers.length === 0) await conform({ title: 'native', backend: nativeBackend }) // says why it is skipped
for (const { name, missing } of tiers) {
  if (missing) console.log(`native ${name}: skipped: this CPU lacks ${missing}`)
  else
    for (const algorithm of algorithms.filter((name) => name !== 'fast')) {
      const options: object = { isa: name, threads: 2, algorithm }
      await conform({ title: `native ${name} ${algorithm}`, backend: nativeBackend, options })
    }
}
