/** What a page loads of the wasm engine is plain JavaScript: no module of Node's, but for the room that only Node enters. */
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, it } from 'vitest'

const dist = join(import.meta.dirname, '../../../dist')

/** Every file that these import, at once or when called for, and what they import that is no file. */
function reached(from: readonly string[], closed: readonly string[]): { files: Set<string>; others: Set<string> } {
  const files = new Set(from)
  const others = new Set<string>()
  for (const file of files) {
    const text = readFileSync(join(dist, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
    for (const [, to] of text.matchAll(/(?:\bfrom\s+|\bimport\(\s*|^import\s+)'([^']+)'/gm)) {
      if (!to.startsWith('.')) others.add(`${file}: ${to}`)
      else {
        const path = normalize(join(dirname(file), to))
        if (!closed.includes(path)) files.add(path)
      }
    }
  }
  return { files, others }
}

it('reaches no module that a page lacks', () => {
  const doors = ['kernels/wasm/index.js', 'kernels/wasm/worker.js']
  const { files, others } = reached(doors, ['kernels/wasm/host/node.js'])
  expect([...others]).toEqual([])
  expect(files.size).toBeGreaterThan(50)
  expect(files).toContain('kernels/wasm/host/browser.js')
  // And would see one.
  expect([...reached(doors, []).others]).toContain('kernels/wasm/host/node.js: node:worker_threads')
})
