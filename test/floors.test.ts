/** The walls of the house: reads the import lines of all sources and keeps who may import whom (docs/hal.md). */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const FLOORS = ['hal', 'boards', 'kernels', 'sdk', 'examples', 'bench', 'test']

/** The rooms on the way of the data; a room may import those before it. */
const WAY = ['model', 'tokenizer', 'decoder', 'sampler', 'grammar', 'stream', 'action', 'tools', 'robot', 'iot']
/** Contracts of later rooms that the generation loop speaks; types only. */
const CONTRACTS = ['sdk/sampler/sampler.js', 'sdk/grammar/constraint.js', 'sdk/stream/token.js']
/** Rooms beside the way: they may use it, it must not know them. */
const BESIDE = ['quantize', 'pilot', 'pull', 'server', 'ai-sdk']
/** The doors see everything below them. */
const DOORS = ['open', 'index', 'cli', 'browser']
/** What more than one engine stands on. */
const SHARED = ['graph', 'ladder']
const RXJS = [
  'sdk/stream',
  'sdk/action',
  'sdk/robot',
  'sdk/iot',
  ...[...DOORS, 'server'].map((door) => `sdk/${door}`),
  'examples',
  'bench',
]

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
  /** Loaded when it is called for. */
  readonly lazy?: boolean
}

/** `sdk/model/gguf.ts` → floor sdk, room model; `sdk/open.ts` → room open; `kernels/index.ts` → room index. */
function placeOf(path: string): { floor: string; room: string } {
  const [floor, room = ''] = path.split('/')
  return { floor, room: room.replace(/\.(m?[jt]s)$/, '') }
}

/** Why an import between our own files breaks a wall; undefined where it does not. */
function broken({ from, to, typeOnly }: Import): string | undefined {
  const [a, b] = [placeOf(from), placeOf(to)]
  if (a.floor === 'test') return undefined
  if (b.floor === 'test') return 'nobody imports test'
  if (a.floor === b.floor && (a.room === b.room || a.floor === 'hal' || a.floor === 'boards')) return undefined
  switch (a.floor) {
    case 'hal':
      return 'hal imports nothing of ours'
    case 'boards':
      return b.floor === 'hal' && typeOnly ? undefined : 'boards import types of hal only'
    case 'kernels':
      if (b.floor === 'hal') return undefined
      if (b.floor !== 'kernels') return 'kernels import hal and kernels only'
      if (a.room === 'index' || a.room === 'linear-algebra') return undefined // they choose among the engines
      if (a.room === 'graph') return 'the graph imports hal only'
      return b.room === 'graph' || (b.room === 'ladder' && !SHARED.includes(a.room))
        ? undefined
        : 'an engine imports hal, kernels/graph, kernels/ladder and its own folder'
    case 'sdk':
      if (DOORS.includes(a.room)) return ['examples', 'bench'].includes(b.floor) ? 'doors look down only' : undefined
      if (b.floor === 'hal' || (b.floor === 'kernels' && b.room === 'graph')) return undefined
      if (BESIDE.includes(a.room)) {
        const below = b.floor === 'boards' || b.floor === 'kernels' || (b.floor === 'sdk' && WAY.includes(b.room))
        return below || (b.floor === 'sdk' && b.room === 'open')
          ? undefined
          : 'rooms beside the way see the way, not each other'
      }
      // A robot's own GPIO lines are the addon's; this one door goes there.
      if (from === 'sdk/robot/gpio/native.ts' && to === 'kernels/native/load.js') return undefined
      if (b.floor !== 'sdk') return 'a room imports hal, kernels/graph and earlier rooms'
      if (a.room === 'decoder' && typeOnly && CONTRACTS.includes(to)) return undefined
      if (!WAY.includes(a.room)) return `sdk/${a.room} is in no list: name it in test/floors.test.ts`
      return WAY.includes(b.room) && WAY.indexOf(b.room) < WAY.indexOf(a.room)
        ? undefined
        : 'a room imports earlier rooms only'
    case 'examples':
      if (b.floor === 'sdk' || b.floor === 'boards' || b.floor === a.floor || b.room === 'index') return undefined
      // The package's doors lutra/lut-core and lutra/ladder.
      if (to === 'kernels/lut-core/index.js' || to === 'kernels/ladder/index.js') return undefined
      // The far end of a pseudo-terminal is no part of the SDK; the addon has it for this one example.
      return from === 'examples/simulated-rover/pty.ts' && to.startsWith('kernels/native/load')
        ? undefined
        : 'examples import what an app may'
    default:
      return undefined
  }
}

function brokenPackage({ from, to, typeOnly }: Import): string | undefined {
  const { floor, room } = placeOf(from)
  // Whoever uses that room has the package; it needs nothing of it at run time.
  if (to === '@ai-sdk/provider') return typeOnly && room === 'ai-sdk' ? undefined : 'types for sdk/ai-sdk only'
  if (floor === 'test' || to.startsWith('node:')) return undefined
  if (/^rxjs(\/|$)/.test(to))
    return RXJS.includes(floor) || RXJS.includes(`${floor}/${room}`)
      ? undefined
      : 'rxjs is for stream, action, robot, iot and doors'
  if (floor === 'hal' || floor === 'boards' || floor === 'kernels') return `${floor} imports no packages`
  const name = to
    .split('/')
    .slice(0, to.startsWith('@') ? 2 : 1)
    .join('/')
  if (name === manifest.name) return floor === 'examples' ? undefined : 'only examples import us by name'
  const known = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies }
  // An example may show how we go with a package that its user brings.
  const brought = floor === 'bench' || (floor === 'examples' && name in manifest.devDependencies)
  return name in known || brought ? undefined : `${name} is not a dependency`
}

function importsOf(path: string, text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const statements = code.matchAll(/^\s*(import|export)\s+(type\s)?(?:[\w*{}\s,$]+?\sfrom\s+)?'([^'\n]+)'/gm)
  const dynamic = code.matchAll(/\bimport\(\s*'([^'\n]+)'\s*\)/g)
  return [
    ...[...statements].map(([, , type, to]) => ({ from: path, to, typeOnly: type !== undefined })),
    ...[...dynamic].map(([, to]) => ({ from: path, to, typeOnly: false, lazy: true })),
  ]
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sources(path)
    return /\.m?[jt]s$/.test(entry.name) ? [path] : []
  })
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const files = FLOORS.filter((floor) => existsSync(join(root, floor))).flatMap(sources)
const imports = files.flatMap((path) => importsOf(path, readFileSync(join(root, path), 'utf8')))
const ours = imports
  .filter(({ to }) => to.startsWith('.'))
  .map((each) => ({ ...each, to: normalize(join(dirname(each.from), each.to)).replaceAll('\\', '/') }))

describe('the walls', () => {
  it('are read from real files', () => {
    expect(files).toContain('hal/backend.ts')
    expect(imports.length).toBeGreaterThan(50)
  })

  it('stand between our own files', () => {
    const found = ours
      .filter(({ to }) => FLOORS.includes(placeOf(to).floor))
      .flatMap((each) => {
        const why = broken(each)
        return why ? `${each.from} imports ${each.to}: ${why}` : []
      })
    expect(found).toEqual([])
  })

  it('stand between us and packages', () => {
    const found = imports
      .filter(({ to }) => !to.startsWith('.') && !to.startsWith('/'))
      .flatMap((each) => {
        const why = brokenPackage(each)
        return why ? `${each.from} imports ${each.to}: ${why}` : []
      })
    expect(found).toEqual([])
  })

  it('keep rxjs as a whole from what every app loads: sdk/stream/rx.ts takes the parts', () => {
    const loaded = new Set(['sdk/index.ts'])
    for (const file of loaded)
      for (const { from, to, typeOnly, lazy } of ours)
        if (from === file && !typeOnly && !lazy) loaded.add(to.replace(/\.js$/, '.ts'))
    expect(loaded.size).toBeGreaterThan(100)
    const whole = imports.filter(({ from, to, typeOnly }) => loaded.has(from) && to === 'rxjs' && !typeOnly)
    expect(whole.filter(({ lazy }) => !lazy).map(({ from }) => from)).toEqual([])
  })

  it('would fall over what they forbid', () => {
    const import_ = (from: string, to: string, typeOnly = false) => broken({ from, to, typeOnly })
    expect(import_('hal/plan.ts', 'kernels/graph/graph.js')).toBeDefined()
    expect(import_('boards/rock-5b.ts', 'hal/board.js')).toBeDefined()
    expect(import_('boards/rock-5b.ts', 'hal/board.js', true)).toBeUndefined()
    expect(import_('kernels/wasm/index.ts', 'kernels/ts/linear.js')).toBeDefined()
    expect(import_('kernels/wasm/index.ts', 'kernels/graph/graph.js')).toBeUndefined()
    expect(import_('sdk/model/gguf.ts', 'sdk/stream/token.js', true)).toBeDefined()
    expect(import_('sdk/stream/text.ts', 'sdk/model/gguf.js')).toBeUndefined()
    expect(import_('sdk/decoder/decoder.ts', 'sdk/stream/token.js')).toBeDefined()
    expect(import_('sdk/decoder/decoder.ts', 'sdk/stream/token.js', true)).toBeUndefined()
    expect(import_('sdk/decoder/decoder.ts', 'kernels/ts/index.js')).toBeDefined()
    expect(import_('sdk/open.ts', 'kernels/ts/index.js')).toBeUndefined()
    expect(import_('sdk/open.ts', 'test/fakes/root.js')).toBeDefined()
    expect(brokenPackage({ from: 'sdk/model/gguf.ts', to: 'rxjs', typeOnly: false })).toBeDefined()
    expect(brokenPackage({ from: 'sdk/stream/text.ts', to: 'rxjs', typeOnly: false })).toBeUndefined()
    expect(brokenPackage({ from: 'hal/reader.ts', to: 'serialport', typeOnly: false })).toBeDefined()
    expect(
      importsOf('a.ts', "import {\n  a,\n  b,\n} from './b.js'\nexport * from './c.js'\nawait import('./d.js')"),
    ).toHaveLength(3)
  })
})
