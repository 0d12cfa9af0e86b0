/** The door for pages: nothing of Node behind it, and in Node the same model as by the front door. */
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { open, type PageModel } from '../../sdk/browser.js'
import { open as openInNode } from '../../sdk/open.js'
import { pilotPath } from '../../sdk/pilot/path.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
/** The one file that is loaded in Node only, and by a test of where it runs. */
const nodeRoom = 'kernels/wasm/host/node.ts'

/** Every file that the door may load, lazily or not, but for types; and every package that they name. */
function closure(door: string): { files: string[]; packages: string[] } {
  const files = new Set([door])
  const packages = new Set<string>()
  for (const file of files) {
    if (file === nodeRoom) continue
    const code = codeOf(file)
    const imports = [
      ...code.matchAll(/^\s*(?:import|export)\s+(?!type\s)(?:[\w*{}\s,$]+?\sfrom\s+)?'([^'\n]+)'/gm),
      ...code.matchAll(/\bimport\(\s*'([^'\n]+)'\s*\)/g),
      ...code.matchAll(/\bnew URL\('([^'\n]+)'/g),
    ]
    for (const [statement, to] of imports) {
      if (!to.startsWith('.')) packages.add(`${to} in ${file}`)
      else if (!onlyTypes(statement)) files.add(normalize(join(dirname(file), to)).replace(/\.js$/, '.ts'))
    }
  }
  return { files: [...files], packages: [...packages] }
}

/** `import { type A, type B } from`: nothing of it stays. */
function onlyTypes(statement: string): boolean {
  const names = /\{([^}]*)\}/
    .exec(statement)?.[1]
    .split(',')
    .filter((name) => name.trim() !== '')
  return names?.every((name) => name.trim().startsWith('type ')) ?? false
}

function codeOf(file: string): string {
  return readFileSync(join(root, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
}

describe('lutra/browser', () => {
  const { files, packages } = closure('sdk/browser.ts')

  it('stands on no module of Node and on no package', () => {
    expect(files.length).toBeGreaterThan(100)
    expect(files).toContain('kernels/wasm/host/browser.ts')
    expect(files).toContain('kernels/wasm/worker.ts')
    expect(packages).toEqual([])
  })

  it('names no global of Node but where it asks whether there is one', () => {
    const allowed = ['hal/pause.ts', 'hal/text.ts', 'kernels/wasm/host/host.ts', nodeRoom]
    const named = files
      .filter((file) => !allowed.includes(file))
      .filter((file) => /\b(Buffer|process\.|setImmediate|__dirname|require\()/.test(codeOf(file)))
    expect(named).toEqual([])
  })

  it('would see what stands behind the front door', () => {
    const front = closure('sdk/index.ts')
    expect(front.packages.some((each) => each.startsWith('node:'))).toBe(true)
    expect(front.packages.some((each) => each.startsWith('rxjs'))).toBe(true)
  })
})

describe('a model by the door for pages', () => {
  const prompt = 'go forward two metres, then look left. '

  async function textOf(model: Pick<PageModel, 'generate' | 'close'>): Promise<number[]> {
    const ids = []
    for await (const { id } of model.generate(prompt, { temperature: 0, maxTokens: 24 })) ids.push(id)
    await model.close()
    return ids
  }

  it("gives the tokens of Node's wasm engine, on any number of threads", async () => {
    const expected = await textOf(await openInNode('pilot', { backend: 'wasm', threads: 2 }))
    expect(expected.length).toBeGreaterThan(4)
    const bytes = readFileSync(pilotPath())
    for (const threads of [1, 3]) expect(await textOf(await open(bytes, { threads }))).toEqual(expected)
  })

  it('comes from a Blob with progress, and understands an instruction', async () => {
    const told: [number, number | undefined][] = []
    const blob = new Blob([readFileSync(pilotPath())])
    const model = await open(blob, { threads: 2, progress: (...step) => told.push(step) })
    const { actions } = await model.interpret('turn right')
    expect(actions).toEqual([{ skill: 'turn', degrees: -90 }])
    expect(told.at(-1)).toEqual([blob.size, blob.size])
    await model.close()
    await expect(model.interpret('turn right')).rejects.toMatchObject({ kind: 'closed' })
  })

  it('says what is wrong', async () => {
    await expect(open(new Uint8Array(64))).rejects.toMatchObject({ kind: 'format' })
    await expect(open(readFileSync(pilotPath()).subarray(0, 1 << 20))).rejects.toMatchObject({ kind: 'format' })
    await expect(open('http://127.0.0.1:1/none.gguf')).rejects.toMatchObject({ kind: 'io' })
    await expect(open(new Uint8Array(64), { isa: 'avx2' })).rejects.toMatchObject({ kind: 'unsupported' })
  })
})
