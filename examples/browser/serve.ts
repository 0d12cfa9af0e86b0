/**
 * A small static server for a cross-origin isolated page: the page's files, the package's modules, one model.
 * takes  a model's path (default: the pilot), a port · gives  { url, close }
 * after  ./main
 */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, extname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository, or wherever the package lies: this file is in dist/examples/browser, or examples/browser. */
const here = dirname(fileURLToPath(import.meta.url))
const built = here.includes(`${sep}dist${sep}`)
const root = join(here, built ? '../../..' : '../..')

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
}

/** With these a page may share memory between threads, and holds nothing of another origin that did not agree. */
const isolated = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

export async function serveBrowser({ model = join(root, 'sdk/pilot/pilot.gguf'), port = 0 } = {}) {
  const server = createServer(async (request, response) => {
    const file = fileOf(new URL(request.url ?? '/', 'http://localhost').pathname, model)
    const found = file === undefined ? undefined : await stat(file).catch(() => undefined)
    if (file === undefined || !found?.isFile()) return response.writeHead(404, isolated).end()
    const type = types[extname(file)] ?? 'application/octet-stream'
    response.writeHead(200, { ...isolated, 'content-type': type, 'content-length': found.size })
    createReadStream(file).pipe(response)
  })
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** `/lutra/` is the package's dist, `/pilot.gguf` the model, everything else a file of the page. */
function fileOf(path: string, model: string): string | undefined {
  if (path === '/pilot.gguf') return model
  if (path.startsWith('/lutra/')) return within(join(root, 'dist'), path.slice('/lutra/'.length))
  return within(join(root, 'examples/browser'), path === '/' ? 'index.html' : path.slice(1))
}

/** Nothing above the folder, however the path is written. */
function within(folder: string, name: string): string | undefined {
  const file = join(folder, name)
  return file.startsWith(folder + sep) ? file : undefined
}
