/** package.json against the tree: doors lead somewhere, what is shipped is there, nothing runs at a stranger's install. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

describe('package.json', () => {
  it('has doors with types whose sources are there', () => {
    for (const [door, target] of Object.entries<{ types: string; default: string }>(manifest.exports)) {
      if (door === './package.json') continue
      expect(Object.keys(target), door).toEqual(['types', 'default'])
      for (const file of Object.values(target)) {
        expect(file).toMatch(/^\.\/dist\//)
        const source = file.replace('./dist/', '').replace(/(\.d\.ts|\.js)$/, '.ts')
        expect(existsSync(join(root, source)), source).toBe(true)
      }
    }
  })

  it('ships the addons and their sources, and folders that are there', () => {
    expect(manifest.files).toEqual(expect.arrayContaining(['dist', 'prebuilds', 'native', 'binding.gyp']))
    const made = ['dist', 'prebuilds']
    for (const file of manifest.files as string[])
      if (!/[*{]/.test(file) && !made.includes(file)) expect(existsSync(join(root, file)), file).toBe(true)
  })

  it('runs no script at an install, npm’s own for binding.gyp included', () => {
    expect(manifest.gypfile).toBe(false)
    for (const name of ['preinstall', 'install', 'postinstall']) expect(manifest.scripts).not.toHaveProperty(name)
    // npm would run it before every `npm run build`.
    expect(manifest.scripts).not.toHaveProperty('prebuild')
  })

  it('is published as ES modules for the Nodes that can also require() them', () => {
    expect(manifest.type).toBe('module')
    expect(manifest.engines.node).toBe('>=20.19')
    expect(manifest.dependencies).toHaveProperty('node-gyp-build')
  })
})
