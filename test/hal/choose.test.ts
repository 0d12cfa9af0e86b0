import { expect, it } from 'vitest'
import { generic } from '../../boards/index.js'
import {
  type Backend,
  choose,
  detectDevice,
  type Engine,
  type EngineOptions,
  makePlan,
  type Wish,
} from '../../hal/index.js'
import { fakeRoot } from '../fakes/root.js'

const device = detectDevice(fakeRoot('raspberry-pi-5'))

function backend(name: string, answer: 'here' | 'absent' | 'broken', seen: string[], more = {}): Backend {
  return {
    name,
    simulated: false,
    needs: [],
    async open(_, options: EngineOptions) {
      seen.push(`${name} ${JSON.stringify(options)}`)
      if (answer === 'broken') throw new Error(`${name} fell over`)
      return answer === 'absent' ? { absent: `no ${name} here` } : ({ name } as Engine)
    },
    ...more,
  }
}

const open = (backends: Backend[], wish: Wish = {}) =>
  choose(makePlan({ device, board: generic, backends, shapes: [], wish }), backends, device)

it('moves on from what is absent, in order, and keeps the reasons', async () => {
  const seen: string[] = []
  const backends = [backend('ts', 'here', seen), backend('wasm', 'absent', seen), backend('native', 'absent', seen)]
  const { engine, absent } = await open(backends)
  expect(engine.name).toBe('ts')
  expect(absent).toEqual([
    { name: 'native', reason: 'no native here' },
    { name: 'wasm', reason: 'no wasm here' },
  ])
  expect(seen.map((line) => line.split(' ')[0])).toEqual(['native', 'wasm', 'ts'])
  expect(seen[0]).toContain('"threads":4')
})

it('does not move on from a fault', async () => {
  const seen: string[] = []
  await expect(open([backend('native', 'broken', seen), backend('ts', 'here', seen)])).rejects.toThrow(
    'native fell over',
  )
  expect(seen).toHaveLength(1)
})

it('does not move on from a name', async () => {
  const seen: string[] = []
  const backends = [backend('native', 'absent', seen), backend('ts', 'here', seen)]
  await expect(open(backends, { backend: 'native' })).rejects.toThrow(
    'Expected back end native, asked for by name, but it is absent here (native: no native here)',
  )
  expect(seen).toHaveLength(1)
})

it('says why when nothing opens', async () => {
  await expect(open([backend('native', 'absent', []), backend('ts', 'absent', [])])).rejects.toMatchObject({
    kind: 'unsupported',
    message: 'Expected a back end that opens here but found none (native: no native here; ts: no ts here)',
  })
})

it('passes a wished tier and a lent accelerator on', async () => {
  const seen: string[] = []
  const lut = backend('lut-core', 'here', seen, { simulated: true, accelerates: ['linear'], module: 'file:///lut.js' })
  const host = backend('ts', 'here', seen, { hosts: true })
  const { engine } = await open([lut, host], { backend: 'lut-core', isa: 'plain', threads: 2 })
  expect(engine.name).toBe('ts')
  expect(seen).toEqual(['ts {"threads":2,"isa":"plain","accelerator":{"name":"lut-core","module":"file:///lut.js"}}'])
})
