/**
 * The TypeScript type of the actions that a list of skills allows.
 * takes  the type of a list declared `as const satisfies readonly Skill[]` · gives a union, one member a skill
 * before ./skill
 */
import type { Skill } from './skill.js'
import type { StandardSchema } from './standard-schema.js'

/** `ActionOf<typeof skills>`: discriminated by `skill`. */
export type ActionOf<S extends readonly Skill[]> = S[number] extends infer K
  ? K extends Skill
    ? Flat<{ readonly skill: K['name'] } & ArgumentsOf<K['arguments']>>
    : never
  : never

type Flat<T> = { [K in keyof T]: T[K] }

type ArgumentsOf<A> =
  A extends StandardSchema<infer Output> ? Output : A extends { readonly properties: object } ? ObjectOf<A> : unknown

type ObjectOf<A extends { readonly properties: object }> = Flat<
  { readonly [K in keyof A['properties'] as K extends RequiredOf<A> ? K : never]: ValueOf<A['properties'][K]> } & {
    readonly [K in keyof A['properties'] as K extends RequiredOf<A> ? never : K]?: ValueOf<A['properties'][K]>
  }
>

type RequiredOf<A> = A extends { readonly required: readonly (infer R)[] } ? R : never

/** What a schema's values are; unknown where the type cannot tell. */
type ValueOf<S> = S extends { readonly const: infer C }
  ? C
  : S extends { readonly enum: readonly (infer E)[] }
    ? E
    : S extends { readonly anyOf: readonly (infer O)[] }
      ? ValueOf<O>
      : S extends { readonly type: infer T }
        ? TypedOf<T, S>
        : unknown

type TypedOf<T, S> = T extends 'number' | 'integer'
  ? number
  : T extends 'string'
    ? string
    : T extends 'boolean'
      ? boolean
      : T extends 'null'
        ? null
        : T extends 'array'
          ? readonly (S extends { readonly items: infer I } ? ValueOf<I> : unknown)[]
          : S extends { readonly properties: object }
            ? ObjectOf<S>
            : unknown
