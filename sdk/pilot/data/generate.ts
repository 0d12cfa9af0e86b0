/**
 * The pilot's data: instruction → actions, drawn from the phrases. Pure and random-access: the same split, seed and
 * index give the same sample. Held-out samples hold a phrasing or a joining of skills that training never shows.
 * before ./phrases, ./joiner, ./frame, ./noise · after ../vocabulary, ../train
 */

import { MAX_INSTRUCTION, normalize } from '../normalize.js'
import type { PilotAction } from '../skills.js'
import { type Spelled, spellText, type WordList } from '../spelling.js'
import { pilotWords } from '../vocabulary.js'
import { toActions, toWire, type WireAction } from '../wire.js'
import { frame } from './frame.js'
import { join } from './joiner.js'
import { roughen, type Typing } from './noise.js'
import { beyond } from './phrases/beyond.js'
import { foreign } from './phrases/foreign.js'
import { skillGroups } from './phrases/index.js'
import { type Clause, clause, type Group } from './phrases/phrase.js'
import { stop } from './phrases/stop.js'
import { unclear } from './phrases/unclear.js'
import { aloneOnly, endsAll, oftenAmong } from './phrases/unclear-lone.js'
import { unsafe } from './phrases/unsafe.js'
import { hash, mix, Random } from './random.js'
import { refer } from './reference.js'
import { couple, repeated } from './repeat.js'

export type Split = 'train' | 'heldout'

export interface Sample {
  /** As a person types it. */
  readonly instruction: string
  /** As the model reads it: normalized, and spelled right where ../spelling can tell. */
  readonly prompt: string
  /** As the model answers. */
  readonly wire: string
  readonly actions: readonly PilotAction[]
  /** Ids of the templates and joinings used. */
  readonly templates: readonly string[]
  /** steps, repeat, stop, refuse … : for tables of results. */
  readonly kind: Kind
}

export type Kind = 'steps' | 'repeat' | 'stop' | 'out_of_scope' | 'unsafe' | 'unclear' | 'foreign' | 'empty'

interface Draft {
  readonly text: string
  readonly wire: readonly WireAction[]
  readonly ids: readonly string[]
}

/** Held-out instructions come in the shares that use may have; training sees more of what is hard to tell. */
const shares: Readonly<Record<Split, readonly (readonly [Kind, number])[]>> = {
  train: [
    ['steps', 58],
    ['repeat', 11],
    ['stop', 2.5],
    ['out_of_scope', 9.5],
    ['unsafe', 8.5],
    ['unclear', 8],
    ['foreign', 2.4],
    ['empty', 0.1],
  ],
  heldout: [
    ['steps', 66],
    ['repeat', 9],
    ['stop', 2],
    ['out_of_scope', 7],
    ['unsafe', 6],
    ['unclear', 6.5],
    ['foreign', 3.4],
    ['empty', 0.1],
  ],
}
/** People type as in the held-out split; training sees far more slips. */
const typings: Readonly<Record<Split, Typing>> = { train: 'heavy', heldout: 'light' }
const refusals: Readonly<Record<string, readonly Group[]>> = { out_of_scope: beyond, unsafe, unclear, foreign }
const counts: readonly (readonly [number, number])[] = [
  [1, 32],
  [2, 30],
  [3, 21],
  [4, 11],
  [5, 6],
]

/** One sample. `seed` names the stream, `index` the sample in it. */
export function generate(split: Split, seed: number, index: number, typing = typings[split]): Sample {
  const random = new Random(mix(hash(split, seed) ^ Math.imul(index + 1, 0x9e3779b1)))
  for (;;) {
    const kind = random.weighted(shares[split])
    const draft = drafts[kind](random, split === 'heldout', kind)
    if (!draft) continue
    const instruction = roughen(random, draft.text, typing)
    const { text, foreign: strange, tooLong } = normalize(instruction)
    if (tooLong || text.length > MAX_INSTRUCTION || (strange && kind !== 'foreign')) continue
    const spelled = spellText(text, typing === 'none' ? noWords : known())
    const wire = draft.wire.map((w) => reading(w, spelled))
    // Words to say are copied from the prompt, so they must stand in it, after a space.
    if (!draft.wire.every((w) => copies(w, ` ${text}`)) || !wire.every((w) => copies(w, ` ${spelled.text}`))) continue
    return {
      instruction,
      prompt: spelled.text,
      wire: toWire(wire),
      actions: toActions(draft.wire),
      templates: draft.ids,
      kind,
    }
  }
}

let words: WordList | undefined
function known(): WordList {
  words ??= pilotWords()
  return words
}
const noWords: WordList = new Map()

/** Words to say as they stand in what the model reads. */
const reading = (w: WireAction, spelled: Spelled): WireAction =>
  w.skill === 'say'
    ? { ...w, text: ` ${spelled.read(String(w.text).trim())}` }
    : w.skill === 'repeat'
      ? { ...w, actions: (w.actions as WireAction[]).map((a) => reading(a, spelled)) }
      : w

const copies = (w: WireAction, prompt: string): boolean =>
  w.skill === 'say'
    ? prompt.includes(String(w.text))
    : w.skill === 'repeat'
      ? (w.actions as WireAction[]).every((a) => copies(a, prompt))
      : true

type Maker = (random: Random, held: boolean, kind: Kind) => Draft | undefined

const refusal: Maker = (random, held, kind) => {
  const groups = refusals[kind]
  const refused = clause(random, groups, held)
  const { id } = refused.template
  const alone = kind === 'foreign' || aloneOnly.test(id)
  if (!alone && random.chance(!held && oftenAmong.test(id) ? 0.55 : 0.22))
    return mixed(random, refused, 1 + random.int(0, 2))
  const text = refused.render('plain')
  const natural = !alone && !/unclear\/(statement|missing|negation|anything|remark)|beyond\/question/.test(id)
  return {
    text: alone
      ? kind === 'foreign' || random.chance(0.7)
        ? text
        : frame(random, text, { verb: false, open: true })
      : frame(random, text, {
          verb: natural && refused.template.verb,
          open: false,
          ing: natural && refused.template.verb ? () => refused.render('ing') : undefined,
        }),
    wire: refused.wire,
    ids: [id],
  }
}

/** Sound steps with one among them that decides alone: a refusal, or a stop. */
function mixed(random: Random, decisive: Clause, others: number): Draft | undefined {
  const clauses = Array.from({ length: others }, () => step(random, false))
  // Words to say without quotation marks would swallow what comes after them.
  const last = endsAll.test(decisive.template.id)
  clauses.splice(last ? others : random.int(0, others), 0, decisive)
  const joined = join(random, clauses, false) ?? join(random, clauses, false)
  if (!joined || (last && !joined.text.endsWith(decisive.render('plain')))) return undefined
  return {
    text: decorate(random, joined.text, clauses),
    wire: decisive.wire,
    ids: [...clauses.map((c) => c.template.id), ...joined.ids],
  }
}

const drafts: Readonly<Record<Kind, Maker>> = {
  steps(random, held) {
    const count = random.weighted(counts)
    // Held-out: an unseen joining (needs two steps), or an unseen phrasing in one of the steps.
    const novel = held && count > 1 && random.chance(0.4)
    const at = held && !novel ? random.int(0, count - 1) : -1
    const clauses = Array.from({ length: count }, (_, i) => step(random, i === at))
    if (at < 0 && random.chance(0.045)) clauses[random.int(0, count - 1)] = couple(random)
    if (at < 0 && count > 1 && random.chance(0.11)) refer(random, clauses)
    if (held && !novel && !clauses.some((c) => c.template.held)) return undefined
    let joined = join(random, clauses, novel)
    for (let tries = 0; !joined && tries < 12; tries++) joined = join(random, clauses, novel)
    if (!joined) return undefined
    return {
      text: decorate(random, joined.text, clauses),
      wire: clauses.flatMap((c) => c.wire),
      ids: [...clauses.map((c) => c.template.id), ...joined.ids],
    }
  },
  repeat(random, held) {
    const r = repeated(random, held)
    if (!r) return undefined
    const others = random.weighted([
      [0, 55],
      [1, 30],
      [2, 15],
    ])
    const rest = Array.from({ length: others }, () => step(random, false))
    if (others === 0) {
      const text = r.clause.render('plain')
      return {
        text: frame(random, text, { verb: r.clause.template.verb, open: r.open }),
        wire: r.clause.wire,
        ids: r.ids,
      }
    }
    if (r.place === 'anywhere') {
      rest.splice(random.int(0, others), 0, r.clause)
      const joined = join(random, rest, false)
      if (!joined) return undefined
      return {
        text: decorate(random, joined.text, rest),
        wire: rest.flatMap((c) => c.wire),
        ids: [...rest.map((c) => c.template.id), ...r.ids, ...joined.ids],
      }
    }
    const joined = join(random, rest, false)
    if (!joined) return undefined
    const own = r.clause.render('plain')
    const then = random.pick(['. then ', '. ', '. after that, ', '. next, ', '. finally, ', '. now ', '; then '])
    const ids = [...rest.map((c) => c.template.id), ...r.ids, ...joined.ids]
    if (r.place === 'last')
      return {
        text: frame(random, joined.text + then + own, { verb: false, open: true }),
        wire: [...rest.flatMap((c) => c.wire), ...r.clause.wire],
        ids,
      }
    return {
      text: frame(random, own + then + joined.text, { verb: false, open: true }),
      wire: [...r.clause.wire, ...rest.flatMap((c) => c.wire)],
      ids,
    }
  },
  stop(random, held) {
    const halt = clause(random, stop, held)
    if (random.chance(0.3)) return mixed(random, halt, random.int(1, 2))
    return {
      text: frame(random, halt.render('plain'), { verb: halt.template.verb, open: random.chance(0.5) }),
      wire: halt.wire,
      ids: [halt.template.id],
    }
  },
  out_of_scope: refusal,
  unsafe: refusal,
  unclear: refusal,
  foreign: refusal,
  empty: (random, held) =>
    held
      ? undefined
      : {
          text: random.pick(['', ' ', '.', '...', '?', '!', '  ', '-', "''", '""', ',']),
          wire: [{ skill: 'refuse', reason: 'unclear' }],
          ids: ['unclear/empty'],
        },
}

const byWeight = skillGroups.map(([, weight, groups]) => [groups, weight] as const)
const step = (random: Random, held: boolean) => clause(random, random.weighted(byWeight), held)

/** Politeness round joined clauses; nothing may follow words to say that have no quotation marks. */
function decorate(random: Random, text: string, clauses: readonly Clause[]): string {
  const first = clauses[0]
  const verb = first.template.verb && text.startsWith(first.render('plain'))
  const open = clauses.some((c) => c.template.id.startsWith('say/plain') && text.endsWith(c.render('plain')))
  const ing = verb ? () => first.render('ing') + text.slice(first.render('plain').length) : undefined
  return frame(random, text, { verb, open, ing: clauses.length === 1 ? ing : undefined })
}
