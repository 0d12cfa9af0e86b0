/** x86 with AVX2 and FMA; VPDPBUSD where it has AVX-VNNI. */
import { fma256, maddubs, pshufb, vpdpbusd } from './cores.js'
import type { TDevice } from './device.js'

export const avx2: TDevice = {
  name: 'avx2',
  needs: ['avx2', 'fma'],
  register: { count: 16, bytes: 32 },
  layers: [
    { name: 'memory', transaction: 64, bytesPerSecond: 15e9 },
    { name: 'L2', transaction: 64, bytes: 512 << 10 },
    { name: 'L1', transaction: 32, bytes: 32 << 10 },
  ],
  cores: [pshufb, vpdpbusd, maddubs, fma256],
  convert: { slice: 2, table: 1, widen: 1, step: 1, gather: 2 },
  instructionsPerSecond: 2.5 * 3e9,
  source: 'Zen 3 and Golden Cove: three vector pipes at 3 GHz; rates and bandwidth estimated',
}
