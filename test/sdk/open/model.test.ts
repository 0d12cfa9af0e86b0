/** An open model held to users' own schemas and skills. The pilot's weights stand in for a general model. */
import { lastValueFrom, toArray } from 'rxjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Skills } from '../../../sdk/action/index.js'
import { grammarOf } from '../../../sdk/grammar/index.js'
import { Model, open } from '../../../sdk/open.js'

const words = { type: 'string', maxLength: 24, 'x-copy': true }
const shout = { parameters: { properties: { words }, required: ['words'] }, alone: true }

/** The same object, and how often anything in it has been read. */
function counted<T extends object>(object: T): { object: T; reads: () => number } {
  let reads = 0
  const count =
    <A extends unknown[], R>(trap: (...given: A) => R) =>
    (...given: A): R => {
      reads++
      return trap(...given)
    }
  const proxy = new Proxy<T>(object, {
    get: count(Reflect.get),
    has: count(Reflect.has),
    ownKeys: count(Reflect.ownKeys),
    getOwnPropertyDescriptor: count(Reflect.getOwnPropertyDescriptor),
  } as ProxyHandler<T>)
  return { object: proxy, reads: () => reads }
}

describe('a model', () => {
  let pilot: Model
  let general: Model
  beforeAll(async () => {
    pilot = await open('pilot')
    const { name, file, graph, tokenizer, device, board, plan, program, absent } = pilot
    const metadata = new Map([...file.metadata].filter(([key]) => key !== 'lutra.pilot.version'))
    const engine = { ...pilot.backend, close: async () => {} } as never
    const unnamed = { ...file, metadata } as typeof file
    general = new Model({ name, file: unnamed, graph, tokenizer, device, board, plan, program, absent, engine })
  })
  afterAll(() => pilot?.close())

  async function generated(prompt: string, schema: unknown, copyFrom?: string): Promise<string> {
    let text = ''
    for await (const token of pilot.generate(prompt, { schema, copyFrom, temperature: 0 })) text += token.text
    return text
  }

  it('copies the words of an x-copy schema from the prompt, or from where it is told', async () => {
    const schema = { properties: { words }, required: ['words'] }
    for (const [prompt, from] of [
      ['tell them hello there', undefined],
      ['tell them hello there', 'red green blue'],
    ] as const) {
      const { words: found } = JSON.parse(await generated(prompt, schema, from))
      expect(found).not.toBe('')
      expect(` ${from ?? prompt} `).toContain(` ${found} `)
    }
  })

  it('compiles a schema once', async () => {
    const { object, reads } = counted({ enum: ['yes', 'no'] })
    const first = await generated('drive', object)
    expect(['"yes"', '"no"']).toContain(first)
    const once = reads()
    expect(once).toBeGreaterThan(0)
    expect(await generated('drive', object)).toBe(first)
    expect(reads()).toBe(once)
    expect(grammarOf(object)).toBe(grammarOf(object))
    expect(grammarOf({ enum: [1] })).not.toBe(grammarOf({ enum: [1] }))
    expect(grammarOf(true).nodes.length).toBeGreaterThan(0)
  })

  it("checks a user's skills once, and copies from the instruction, not from what is told about the skills", async () => {
    const { object: skills, reads } = counted<Skills>({ shout })
    let once: number | undefined
    for (const instruction of ['zebra quagga okapi', 'kiwi', '"quoted" words']) {
      const [action, ...more] = await lastValueFrom(general.actions(instruction, skills).pipe(toArray()))
      expect(more).toEqual([])
      expect(action.skill).toBe('shout')
      expect(instruction).toContain(action.words)
      once ??= reads()
      expect(reads()).toBe(once)
    }
  })

  it('refuses an instruction that has no words to copy or is too long; a wrong skill is an error', async () => {
    const unclear = { actions: [{ skill: 'refuse', reason: 'unclear' }], refused: true, tokens: 0 }
    expect(await general.interpret('  ', { skills: { shout } })).toMatchObject(unclear)
    expect(await general.interpret('x '.repeat(20_000), { skills: { shout } })).toMatchObject(unclear)
    const skills = { shout: { parameters: { type: 'string' } } }
    await expect(general.interpret('hello', { skills })).rejects.toMatchObject({ kind: 'unsupported' })
  })

  it('a cancelled instruction is an error, not a refusal', async () => {
    for (const model of [pilot, general]) {
      const cancelled = model.interpret('drive two metres', { signal: AbortSignal.abort() })
      await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' })
    }
  })

  it('takes a prompt of megabytes without blocking, and stops reading it when cancelled', async () => {
    const control = new AbortController()
    const run = pilot.generate('x'.repeat(2e6), { signal: control.signal })
    setTimeout(() => control.abort(), 20)
    expect((await run.next()).value).toMatchObject({ stopReason: 'cancelled', generatedTokens: 0 })
    await expect(pilot.generate('x'.repeat(2e5)).next()).rejects.toMatchObject({ kind: 'limit' })
  })

  it('gives no action of a list before the last is known to be in range', async () => {
    const list = await lastValueFrom(pilot.actions('drive one metre, then drive 900 metres').pipe(toArray()))
    expect(list.map(({ skill }) => skill)).toEqual(['refuse'])
  })
})
