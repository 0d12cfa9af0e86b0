/**
 * Serves folders to a page, cross-origin isolated so that it may have threads, or not.
 * takes  { '/prefix/': folder } · gives  { url, close }
 */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'

const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' }

export async function serve(folders, { isolated }) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname)
    const prefix = Object.keys(folders).find((each) => path.startsWith(each))
    const file = prefix && join(folders[prefix], normalize(path.slice(prefix.length)))
    const found = file?.startsWith(folders[prefix] + sep) && (await stat(file).catch(() => undefined))
    if (!found?.isFile()) return response.writeHead(404).end()
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-length': found.size,
      ...(isolated && {
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      }),
    })
    createReadStream(file).pipe(response)
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}
