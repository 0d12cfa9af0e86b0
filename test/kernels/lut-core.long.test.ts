/** The conformance suite on cores of other shapes, ideas and formats than the default. */
import { lutCoreOver } from '../../kernels/lut-core/backend.js'
import { tsBackend } from '../../kernels/ts/index.js'
import { conform } from './conformance.js'

for (const wish of ['m=4,n=32,k=3,symmetrization=off', 'k=5,reinterpretation=off,precompute=off', 'm=1,activation=i16'])
  await conform({
    ...{ title: `lut-core (simulated) ${wish}`, backend: lutCoreOver(tsBackend, wish) },
    ...{ roundsTokens: true, exactBlocks: true },
  })
