/** Module hooks of ./old-node: our files get a node:zlib with the checksum of the LUT core's frames as its crc32. */
import { crc32 } from '../../../kernels/lut-core/rtl/frame.js'

type Resolve = (specifier: string, context: { parentURL?: string }) => unknown

const frame = new URL('../../../kernels/lut-core/rtl/frame.js', import.meta.url).href
const source = `export * from 'node:zlib'
import { ${crc32.name} as sum } from '${frame}'
export const crc32 = (data) => sum(typeof data === 'string' ? Buffer.from(data) : data)`
const url = `data:text/javascript,${encodeURIComponent(source)}`

export const resolve = (specifier: string, context: { parentURL?: string }, next: Resolve): unknown =>
  specifier === 'node:zlib' && context.parentURL?.startsWith('file:')
    ? { url, format: 'module', shortCircuit: true }
    : next(specifier, context)
