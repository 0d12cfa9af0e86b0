/**
 * The TypeScript type of the actions that skills allow.
 * takes  the type of a table declared `as const satisfies Skills` · gives a union, one member a skill
 * before ./skill
 */
import type { Skills } from './skill.js'
import type { StandardSchema } from './standard-schema.js'

/** `ActionOf<typeof skills>`: discriminated by `skill`. How deep repetitions nest, the type does not tell. */
export type ActionOf<S extends Skills> = {
  [N in keyof S & string]: Flat<{ readonly skill: N } & ArgumentsOf<S[N], S>>
}[keyof S & string]

type Flat<T> = { [K in keyof T]: T[K] }

type ArgumentsOf<K, S extends Skills> = K extends { readonly parameters: infer A }
  ? A extends StandardSchema<infer Output>
    ? Output
    : A extends { readonly properties: object }
      ? Repeating<ObjectOf<A>, A['properties'], S>
      : unknown
  : unknown

/** A list `actions` that does not say of what holds actions. */
type Repeating<T, P, S extends Skills> = P extends { readonly actions: { readonly type: 'array'; items?: never } }
  ? Flat<Omit<T, 'actions'> & { readonly actions: readonly ActionOf<S>[] }>
  : T

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
