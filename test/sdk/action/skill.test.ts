import { describe, expect, it } from 'vitest'
import { createGuard, type Skills, type StandardSchema, skillSet } from '../../../sdk/action/index.js'
import { compileSchema, Matcher } from '../../../sdk/grammar/index.js'
import { robotSkills } from './robot-skills.js'

function standard(
  json: Record<string, unknown> | undefined,
  validate: StandardSchema['~standard']['validate'],
): StandardSchema {
  return { '~standard': { version: 1, vendor: 'test', validate, ...(json && { jsonSchema: { input: () => json } }) } }
}
const speed = { type: 'object', properties: { speed: { type: 'number', minimum: 0, maximum: 1 } }, required: ['speed'] }

describe('skillSet', () => {
  it('gives the schema of a list of actions, repetitions one level deep', () => {
    const matcher = new Matcher(compileSchema(skillSet(robotSkills).schema))
    const accepts = (text: string) => matcher.walk(matcher.start, Buffer.from(text))?.complete === true
    expect(accepts('[{"skill":"drive","metres":-0.5},{"skill":"stop"}]')).toBe(true)
    expect(accepts('[{"skill":"repeat","times":3,"actions":[{"skill":"say","text":"{\\"[hi]"}]}]')).toBe(true)
    expect(
      accepts('[{"skill":"repeat","times":2,"actions":[{"skill":"repeat","times":2,"actions":[{"skill":"stop"}]}]}]'),
    ).toBe(false)
    for (const text of [
      '[]',
      '[{"skill":"fly"}]',
      '[{"skill":"drive","metres":20.5}]',
      '[{"skill":"drive"}]',
      '{"skill":"stop"}',
    ])
      expect(accepts(text), text).toBe(false)
  })

  it('takes a Standard Schema, with its own JSON Schema or one beside it', () => {
    const fits = () => ({ value: { speed: 1 } })
    for (const skill of [
      { parameters: standard({ $schema: 'x', ...speed }, fits) },
      { parameters: standard(undefined, fits), json: speed },
    ]) {
      expect(JSON.stringify(skillSet({ spin: skill }).schema)).toContain('"maximum":1')
    }
    expect(() => skillSet({ spin: { parameters: standard(undefined, fits) } })).toThrow(/"json"/)
  })

  it('lets a Standard Schema have the last word in the guard', () => {
    const verdict = (validate: StandardSchema['~standard']['validate']) =>
      createGuard(skillSet({ spin: { parameters: standard(speed, validate) } }))
        .plan()
        .check({ skill: 'spin', speed: 0.5 })[0]
    expect(verdict((v) => ({ value: { ...(v as object), unit: 'm/s', skill: 'other' } }))).toMatchObject({
      verdict: 'allowed',
      action: { skill: 'spin', speed: 0.5, unit: 'm/s' },
    })
    expect(verdict(() => ({ issues: [{ message: 'too fast' }] }))).toMatchObject({
      verdict: 'refused',
      why: 'spin: too fast',
    })
    expect(verdict(() => Promise.resolve({ value: {} }))).toMatchObject({ verdict: 'refused' })
    expect(verdict(() => ({ value: 3 }))).toMatchObject({ verdict: 'refused' })
    expect(
      verdict(() => {
        throw new Error('boom')
      }),
    ).toMatchObject({ verdict: 'refused', why: expect.stringContaining('boom') })
  })

  it('lets a skill that stands alone be nothing but the whole plan', () => {
    const set = skillSet({ ...robotSkills, stop: { alone: true } })
    const matcher = new Matcher(compileSchema(set.schema))
    const accepts = (text: string) => matcher.walk(matcher.start, Buffer.from(text))?.complete === true
    expect(accepts('[{"skill":"stop"}]')).toBe(true)
    expect(accepts('[{"skill":"drive","metres":1},{"skill":"stop"}]')).toBe(false)
    expect(accepts('[{"skill":"repeat","times":2,"actions":[{"skill":"stop"}]}]')).toBe(false)
    expect(skillSet({ stop: { alone: true } }).schema).toMatchObject({ maxItems: 1 })
  })

  it.each<[string, unknown]>([
    ['no skills', {}],
    ['a list', [{ name: 'a' }]],
    ['nothing', null],
    ['a skill that is none', { a: 3 }],
    ['a strange name', { 'a"b': {} }],
    ['an argument called skill', { a: { parameters: { properties: { skill: { type: 'string' } } } } }],
    [
      'a keyword that cannot be held to',
      { a: { parameters: { properties: { b: { type: 'string', format: 'uri' } } } } },
    ],
    ['open arguments', { a: { parameters: { additionalProperties: true } } }],
    ['arguments that are no object', { a: { parameters: { type: 'string' } } }],
  ])('refuses %s', (_, skills) => {
    expect(() => skillSet(skills as Skills)).toThrow(expect.objectContaining({ name: 'LutraError' }))
  })
})
