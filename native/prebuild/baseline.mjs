/**
 * Makes the C library of an old system out of the compiler's own: every symbol at its newest version that the baseline
 * has, and none that is younger. Linked against it, an addon asks for nothing that the old system lacks, whatever the
 * compiler's age. Only names and versions are taken over; the stubs hold no code and are never shipped.
 * takes  a compiler, a baseline ("2.28") and a folder
 * gives  the folder filled with libc.so, libm.so, libpthread.so and the loader, for -L
 * after  ../toolchains/linux-glibc.cmake
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readElf } from './elf.mjs'

/** Order of versions like 2.4 and 2.28. */
export function compareVersions(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number))
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Symbols as the baseline has them: name → { version, type, size }. */
export function symbolsAt(defined, baseline) {
  const chosen = new Map()
  for (const symbol of defined) {
    const version = /^GLIBC_([\d.]+)$/.exec(symbol.version ?? '')?.[1]
    const marker = symbol.name === symbol.version
    if (version === undefined || marker || compareVersions(version, baseline) > 0) continue
    const known = chosen.get(symbol.name)
    if (!known || compareVersions(version, known.version) > 0) chosen.set(symbol.name, { ...symbol, version })
  }
  return chosen
}

/** Where threads lived before glibc 2.34 joined the libraries; the new libpthread keeps its versions for old programs. */
function split(symbols, threadVersions) {
  const threads = new Map()
  for (const [name, symbol] of symbols)
    if (/^(pthread|sem)_/.test(name) && threadVersions.has(`GLIBC_${symbol.version}`)) {
      threads.set(name, symbol)
      symbols.delete(name)
    }
  return threads
}

function assembly(symbols) {
  const lines = ['.section .note.GNU-stack,"",%progbits']
  for (const [name, { type, size }] of symbols) {
    const kind = type === 'object' ? 'object' : type === 'tls' ? 'tls_object' : 'function'
    lines.push({ object: '.data', tls_object: '.section .tdata,"awT",%progbits', function: '.text' }[kind])
    lines.push(`.globl ${name}`, `.type ${name}, %${kind}`, `.size ${name}, ${size || 1}`, `${name}:`)
    lines.push(`.zero ${kind === 'function' ? 4 : Math.max(1, size)}`)
  }
  return `${lines.join('\n')}\n`
}

function script(symbols) {
  const byVersion = new Map()
  for (const [name, { version }] of symbols) byVersion.set(version, [...(byVersion.get(version) ?? []), name])
  return [...byVersion]
    .sort(([a], [b]) => compareVersions(a, b))
    .map(([version, names]) => `GLIBC_${version} { global: ${names.join('; ')}; };\n`)
    .join('')
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${error?.message ?? stderr}`)
  return stdout.trim()
}

export function makeBaseline(compiler, baseline, folder) {
  mkdirSync(folder, { recursive: true })
  const place = (name) => run(compiler, [`-print-file-name=${name}`])
  const read = (name) => readElf(readFileSync(place(name)))
  const libc = read('libc.so.6')
  const loader = libc.needed[0]
  const symbols = symbolsAt(libc.defined, baseline)
  const threads = split(symbols, new Set(read('libpthread.so.0').versions.map(({ name }) => name)))
  const made = {
    'libc.so.6': symbols,
    'libpthread.so.0': threads,
    'libm.so.6': symbolsAt(read('libm.so.6').defined, baseline),
    [loader]: symbolsAt(read(loader).defined, baseline),
  }
  for (const [name, all] of Object.entries(made)) {
    const path = join(folder, name)
    writeFileSync(`${path}.s`, assembly(all))
    writeFileSync(`${path}.map`, script(all))
    const link = ['-shared', '-nostdlib', `-Wl,-soname,${basename(name)}`, `-Wl,--version-script,${path}.map`]
    run(compiler, [...link, `${path}.s`, '-o', path])
  }
  writeFileSync(join(folder, 'libc.so'), `GROUP ( libc.so.6 AS_NEEDED ( ${loader} ) )\n`)
  writeFileSync(join(folder, 'libm.so'), 'INPUT ( libm.so.6 )\n')
  writeFileSync(join(folder, 'libpthread.so'), 'INPUT ( libpthread.so.0 )\n')
}
