/**
 * Our sources and tests as JavaScript for a Node without a bundler: each file compiled by itself, when it has changed.
 * gives  the folder build/emulated/tree; `vitest` in it is ./inside/vitest · before ./emulate
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { transformWithOxc } from 'vite'

const rooms = ['hal', 'boards', 'kernels', 'sdk', 'examples', 'test']
const tree = 'build/emulated/tree'

/** Builds what is older than its source; gives the folder, from the root of the package. */
export async function buildTree(): Promise<string> {
  for (const room of rooms)
    for (const entry of readdirSync(room, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const source = join(entry.parentPath, entry.name)
      const target = join(tree, source.replace(/\.ts$/, '.js'))
      if (existsSync(target) && statSync(target).mtimeMs > statSync(source).mtimeMs) continue
      mkdirSync(dirname(target), { recursive: true })
      if (source.endsWith('.ts')) writeFileSync(target, await compiled(source))
      else copyFileSync(source, target)
    }
  const vitest = join(tree, 'node_modules', 'vitest')
  mkdirSync(vitest, { recursive: true })
  writeFileSync(join(vitest, 'package.json'), '{ "type": "module", "exports": "./index.js" }\n')
  writeFileSync(join(vitest, 'index.js'), "export * from '../../test/emulated/inside/vitest.js'\n")
  return tree
}

async function compiled(source: string): Promise<string> {
  const text = readFileSync(source, 'utf8')
  // vite is 20 times faster, but wants a package of helpers for `using`, which Node 22 has not.
  if (!/^\s*(await )?using /m.test(text))
    return (await transformWithOxc(text, source, { target: 'es2023', sourcemap: false })).code
  const { ES2023 } = ts.ScriptTarget
  const compilerOptions = { target: ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true }
  return ts.transpileModule(text, { compilerOptions }).outputText
}
