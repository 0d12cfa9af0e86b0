/**
 * Lutra in a browser page: no addon, no bundler, the package's own ES modules and WebAssembly on several threads.
 *   node dist/examples/browser/main.js [MODEL.gguf] [--port 8080], then open what it prints
 * For any machine with a browser. The two cross-origin headers are all that a server must add: without them a page has
 * no shared memory, hence no threads.
 */
import { parseArgs } from 'node:util'
import { serveBrowser } from './serve.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', default: '8080' } },
})
const { url } = await serveBrowser({ model: positionals[0], port: Number(values.port) })
console.log(`Lutra in a page: ${url}`)
