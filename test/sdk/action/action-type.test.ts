import { expectTypeOf, it } from 'vitest'
import type { ActionOf, Skill, StandardSchema } from '../../../sdk/action/index.js'

const skills = [
  {
    name: 'drive',
    arguments: { properties: { metres: { type: 'number' }, fast: { type: 'boolean' } }, required: ['metres'] },
  },
  { name: 'look', arguments: { properties: { direction: { enum: ['left', 'right'] } }, required: ['direction'] } },
  { name: 'stop' },
  { name: 'spin', arguments: {} as StandardSchema<{ speed: number }> },
] as const satisfies readonly Skill[]

/** Checked by the compiler: a wrong type fails `npm run typecheck`. */
it('actions have the types of their skills', () => {
  type Is<Name extends string> = Extract<ActionOf<typeof skills>, { skill: Name }>
  expectTypeOf<ActionOf<typeof skills>['skill']>().toEqualTypeOf<'drive' | 'look' | 'stop' | 'spin'>()
  expectTypeOf<Is<'drive'>>().toEqualTypeOf<{
    readonly skill: 'drive'
    readonly metres: number
    readonly fast?: boolean
  }>()
  expectTypeOf<Is<'look'>['direction']>().toEqualTypeOf<'left' | 'right'>()
  expectTypeOf<Is<'stop'>>().toEqualTypeOf<{ readonly skill: 'stop' }>()
  expectTypeOf<Is<'spin'>['speed']>().toEqualTypeOf<number>()
})
