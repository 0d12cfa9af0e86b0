/**
 * What a file of phrases exports: groups of templates that share a meaning.
 * gives  Group (declared) and Clause (drawn: one step of an instruction, ready to be bent and joined)
 */
import type { WireAction } from '../../wire.js'
import { Random } from '../random.js'
import { compile, type Slots, type Template } from '../template.js'
import type { Form } from '../verb.js'

export interface Drawn {
  readonly slots: Slots
  readonly wire: readonly WireAction[]
}

export interface Group {
  readonly id: string
  readonly weight: number
  readonly trained: readonly Template[]
  readonly held: readonly Template[]
  readonly draw: (random: Random) => Drawn
}

export interface Clause {
  readonly skill: string
  readonly template: Template
  readonly wire: readonly WireAction[]
  /** The words for a form; only clauses that begin with a verb bend. */
  render(form: Form): string
}

export function group(id: string, weight: number, draw: (random: Random) => Drawn, texts: readonly string[]): Group {
  const all = texts.map((text) => compile(id, text))
  return { id, weight, draw, trained: all.filter((t) => !t.held), held: all.filter((t) => t.held) }
}

/** A group whose meaning is always the same. */
export const fixed = (id: string, weight: number, wire: WireAction, texts: readonly string[]): Group => {
  const drawn: Drawn = { slots: {}, wire: [wire] }
  return group(id, weight, () => drawn, texts)
}

export function clause(random: Random, groups: readonly Group[], held: boolean): Clause {
  const usable = groups.filter((g) => (held ? g.held : g.trained).length > 0)
  const chosen = random.weighted(usable.map((g) => [g, g.weight] as const))
  const template = random.pick(held ? chosen.held : chosen.trained)
  const { slots, wire } = chosen.draw(random)
  const seed = random.int(0, 2 ** 31)
  return {
    skill: String(wire[0].skill),
    template,
    wire,
    render: (form) => template.expand(new Random(seed), slots, form),
  }
}
