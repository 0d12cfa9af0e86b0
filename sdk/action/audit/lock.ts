/**
 * One writer for one audit log: two would count alike and cut each other's lines.
 * takes  the log's path · gives  the function that lets it go; LutraError io where another holds it
 * after ./audit. An abstract socket of Linux goes with its process, however that ends; elsewhere nothing is locked
 */
import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LutraError } from '../../../hal/error.js'

export async function claim(path: string): Promise<() => Promise<void>> {
  if (process.platform !== 'linux') return async () => {}
  const { createServer } = await import('node:net')
  const place = join(await realpath(dirname(path)), basename(path))
  const name = createHash('sha256').update(place).digest('hex').slice(0, 32)
  const server = createServer((socket) => socket.destroy())
  server.unref()
  await new Promise<void>((held, refused) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      // A sandbox may forbid sockets; the log matters more than its lock.
      if (cause.code !== 'EADDRINUSE') return held()
      refused(
        new LutraError('io', 'Expected to be the only writer but another has it open; give each its own', { cause }),
      )
    })
    server.listen(`\0lutra-audit-${name}`, held)
  })
  return () =>
    new Promise((released) => {
      if (server.listening) server.close(() => released())
      else released()
    })
}
