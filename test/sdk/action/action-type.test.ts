import { expectTypeOf, it } from 'vitest'
import type { ActionOf, Skills, StandardSchema } from '../../../sdk/action/index.js'
import type { RoverAction } from '../../../sdk/robot/skills.js'

const skills = {
  drive: {
    parameters: { properties: { metres: { type: 'number' }, fast: { type: 'boolean' } }, required: ['metres'] },
  },
  look: { parameters: { properties: { direction: { enum: ['left', 'right'] } }, required: ['direction'] } },
  stop: { alone: true },
  spin: { parameters: {} as StandardSchema<{ speed: number }> },
} as const satisfies Skills

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

it("the rover's actions too, repetitions included", () => {
  type Is<Name extends string> = Extract<RoverAction, { skill: Name }>
  expectTypeOf<Is<'drive'>>().toEqualTypeOf<{ readonly skill: 'drive'; readonly metres: number }>()
  expectTypeOf<Is<'grip'>['state']>().toEqualTypeOf<'open' | 'close'>()
  expectTypeOf<Is<'repeat'>['actions'][number]['skill']>().toEqualTypeOf<RoverAction['skill']>()
  expectTypeOf<Is<'refuse'>['reason']>().toEqualTypeOf<'out_of_scope' | 'unsafe' | 'unclear'>()
})
