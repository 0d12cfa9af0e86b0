/** Skills declared with zod, valibot and arktype: schema, grammar, decoding, guard and types from the one declaration. */
import { toJsonSchema, toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as z from 'zod'
import { type Action, type ActionOf, createGuard, type Skills, skillSet } from '../../../sdk/action/index.js'
import { generate } from '../../../sdk/decoder/index.js'
import { compileSchema, createConstraint, grammarOf, Matcher } from '../../../sdk/grammar/index.js'
import { createSampler } from '../../../sdk/sampler/index.js'
import { random } from '../../kernels/random.js'
import { EchoProgram } from '../decoder/echo-program.js'
import { asciiTokenizer } from '../grammar/fake-tokenizer.js'

const zodSkills = {
  drive: {
    parameters: z.object({
      metres: z.number().min(-2).max(2).multipleOf(0.5),
      mode: z.enum(['slow', 'fast']).default('slow'),
      note: z.string().max(5).optional(),
    }),
  },
  stop: { alone: true },
} as const satisfies Skills

const valibotSchema = v.object({
  metres: v.pipe(v.number(), v.minValue(-2), v.maxValue(2), v.multipleOf(0.5)),
  mode: v.optional(v.picklist(['slow', 'fast']), 'slow'),
  note: v.optional(v.pipe(v.string(), v.maxLength(5))),
})
const valibotSkills = {
  drive: { parameters: toStandardJsonSchema(valibotSchema) },
  stop: { alone: true },
} as const satisfies Skills

const arktypeSkills = {
  drive: {
    parameters: type({ metres: '-2 <= number <= 2', mode: "'slow' | 'fast' = 'slow'", 'note?': 'string <= 5' }),
  },
  stop: { alone: true },
} as const satisfies Skills

const libraries: [string, Skills][] = [
  ['zod', zodSkills],
  ['valibot', valibotSkills],
  [
    'valibot with its schema beside it',
    { ...valibotSkills, drive: { parameters: valibotSchema, json: toJsonSchema(valibotSchema) as never } },
  ],
  ['arktype', arktypeSkills],
]

/** What a model that knows nothing writes under the skills' grammar. */
async function written(skills: Skills, seed: number): Promise<Action[] | undefined> {
  const tokenizer = asciiTokenizer()
  const draw = random(seed)
  const program = new EchoProgram(tokenizer.size, 2048, () => 0)
  const run = program.run.bind(program)
  program.run = async (...given) => {
    const logits = (await run(...given)).map(() => 4 * draw())
    for (const id of tokenizer.encode('"]}')) logits[id] += 2
    return logits
  }
  const constraint = createConstraint(grammarOf(skillSet(skills).schema), tokenizer)
  const sampler = createSampler({ temperature: 0 })
  let text = ''
  for await (const token of generate({ program, tokenizer, ids: [1], sampler, constraint, maxTokens: 1500 }))
    text += token.text
  return constraint.done || constraint.complete ? (JSON.parse(text) as Action[]) : undefined
}

describe.each(libraries)('%s', (_, skills) => {
  const set = skillSet(skills)
  const check = (action: unknown) => createGuard(set).plan().check(action)[0]

  it('gives the grammar its ranges and words', () => {
    const matcher = new Matcher(compileSchema(set.schema))
    const accepts = (text: string) => matcher.walk(matcher.start, Buffer.from(text))?.complete === true
    expect(accepts('[{"skill":"drive","metres":-1.5,"mode":"fast","note":"abc"}]')).toBe(true)
    expect(accepts('[{"skill":"drive","metres":2}]')).toBe(true)
    for (const wrong of [
      '"metres":2.5',
      '"metres":1,"mode":"warp"',
      '"metres":1,"note":"abcdef"',
      '"mode":"slow"',
      '"metres":1,"x":1',
    ])
      expect(accepts(`[{"skill":"drive",${wrong}}]`), wrong).toBe(false)
  })

  it('gives the guard its last word, defaults filled in', () => {
    expect(check({ skill: 'drive', metres: 1.5 })).toEqual({
      action: { skill: 'drive', metres: 1.5, mode: 'slow' },
      verdict: 'allowed',
      why: '',
    })
    expect(check({ skill: 'drive', metres: 9 })).toMatchObject({ verdict: 'clamped', action: { metres: 2 } })
    expect(check({ skill: 'drive', metres: 1, mode: 'warp' }).verdict).toBe('refused')
    expect(check({ skill: 'drive', metres: 1, speed: 3 }).verdict).toBe('refused')
  })

  it('whatever a model writes under it, the guard lets through', async () => {
    let complete = 0
    for (let seed = 1; seed <= 12; seed++) {
      const actions = await written(skills, seed)
      const plan = createGuard(set).plan()
      for (const action of actions ?? []) expect(plan.check(action)[0]).toMatchObject({ verdict: 'allowed' })
      if (actions) complete++
    }
    expect(complete).toBeGreaterThan(3)
  })
})

it('what JSON Schema cannot say, the validator says in the guard', () => {
  const skills = {
    zod: { parameters: z.object({ n: z.number().refine((n) => n !== 13, 'not thirteen') }) },
    valibot: {
      parameters: v.object({
        n: v.pipe(
          v.number(),
          v.check((n) => n !== 13, 'not thirteen'),
        ),
      }),
      json: { properties: { n: { type: 'number' } }, required: ['n'] },
    },
    arktype: {
      parameters: type({ n: type('number').narrow((n, context) => n !== 13 || context.mustBe('not thirteen')) }),
    },
    length: { parameters: z.object({ text: z.string().transform((text) => text.length) }) },
    inverse: { parameters: z.object({ n: z.number().transform((n) => 1 / n) }) },
  } as const satisfies Skills
  const check = (action: unknown) => createGuard(skillSet(skills)).plan().check(action)[0]
  for (const skill of ['zod', 'valibot', 'arktype']) {
    expect(check({ skill, n: 12 }).verdict).toBe('allowed')
    expect(check({ skill, n: 13 })).toMatchObject({ verdict: 'refused', why: expect.stringContaining('not thirteen') })
  }
  expect(check({ skill: 'length', text: 'four' })).toMatchObject({ verdict: 'allowed', action: { text: 4 } })
  expect(check({ skill: 'inverse', n: 2 }).action).toEqual({ skill: 'inverse', n: 0.5 })
  // A validator may make of a good number one that no motor should see.
  expect(check({ skill: 'inverse', n: 0 }).verdict).toBe('refused')
  expectTypeOf<Extract<ActionOf<typeof skills>, { skill: 'length' }>['text']>().toEqualTypeOf<number>()
})

it.each<[string, Skills, RegExp]>([
  ['zod: a format', { mail: { parameters: z.object({ to: z.email() }) } }, /"format".*"mail"/],
  ['zod: a tuple', { at: { parameters: z.object({ p: z.tuple([z.number(), z.number()]) }) } }, /"prefixItems".*"at"/],
  ['zod: a date', { at: { parameters: z.object({ d: z.date() }) } }, /zod schema of "at".*Date/],
  ['zod: open objects', { at: { parameters: z.looseObject({}) } }, /"at"/],
  ['valibot without its converter', { at: { parameters: v.object({}) } }, /toStandardJsonSchema/],
  [
    'valibot: a format',
    { mail: { parameters: toStandardJsonSchema(v.object({ to: v.pipe(v.string(), v.email()) })) } },
    /"format".*"mail"/,
  ],
  ['arktype: a pattern', { n: { parameters: type({ n: /^a(b|c)+$/ }) } }, /"pattern".*"n"/],
])('names at once what decoding cannot be held to: %s', (_, skills, message) => {
  expect(() => skillSet(skills)).toThrow(message)
  expect(() => skillSet(skills)).toThrow(expect.objectContaining({ name: 'LutraError', kind: 'unsupported' }))
})

it('gives actions their types', () => {
  type Drive = { skill: 'drive'; metres: number; mode: 'slow' | 'fast'; note?: string }
  type Of<S extends Skills> = Extract<ActionOf<S>, { skill: 'drive' }>
  expectTypeOf<ActionOf<typeof zodSkills>['skill']>().toEqualTypeOf<'drive' | 'stop'>()
  expectTypeOf<Of<typeof zodSkills>>().toExtend<Omit<Drive, 'note'> & { note?: string | undefined }>()
  expectTypeOf<Of<typeof valibotSkills>>().toExtend<Omit<Drive, 'note'> & { note?: string | undefined }>()
  expectTypeOf<Of<typeof arktypeSkills>>().toExtend<Omit<Drive, 'note'> & { note?: string | undefined }>()
  expectTypeOf<Of<typeof zodSkills>['mode']>().toEqualTypeOf<'slow' | 'fast'>()
  expectTypeOf<Of<typeof valibotSkills>['mode']>().toEqualTypeOf<'slow' | 'fast'>()
  expectTypeOf<Of<typeof arktypeSkills>['metres']>().toEqualTypeOf<number>()
})
