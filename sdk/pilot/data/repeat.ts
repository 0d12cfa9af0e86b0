/**
 * Ways to ask for the same thing several times, alone, as one step of a list, and with steps that do not belong to it.
 * gives  repeated(): a clause of skill `repeat`; `place` says where it may stand in an instruction
 * after  ./couple, whose couple() it hands on
 */
import { couples } from './couple.js'
import { join } from './joiner.js'
import { often } from './number.js'
import { skillGroups } from './phrases/index.js'
import { type Clause, clause } from './phrases/phrase.js'
import {
  after,
  before,
  closings,
  counted,
  explicit,
  loose,
  looseCount,
  openings,
  shape,
  single,
} from './phrases/repeat.js'
import { sayPhrases } from './phrases/say.js'
import { length } from './quantity.js'
import { Random } from './random.js'
import type { Template } from './template.js'

export { couple, couples } from './couple.js'

/** anywhere: "turn left twice" · last: "three times: …" · first: "…, do that twice" (a new sentence must follow). */
export interface Repeated {
  readonly clause: Clause
  readonly place: 'anywhere' | 'last' | 'first'
  readonly open: boolean
  readonly ids: readonly string[]
}

const usable = skillGroups.filter(([skill]) => skill !== 'goto' && skill !== 'drive_until')

export const draw = (random: Random, held: boolean) =>
  clause(random, random.weighted(skillGroups.map(([, w, groups]) => [groups, w] as const)), held)

/** A repetition, held-out or not; undefined asks to draw again. */
export function repeated(random: Random, held: boolean): Repeated | undefined {
  const r = once(random, held)
  if (!r) return undefined
  if (r.place === 'anywhere') return random.chance(0.4) ? listed(random, r) : r
  return random.chance(0.6) ? surrounded(random, r) : r
}

const steps = (random: Random, count: number) => Array.from({ length: count }, () => draw(random, false))

/** The words of several steps, one of them a repetition, as one clause that nothing may follow. */
function fuse(random: Random, text: string, all: readonly Clause[], r: Repeated, ids: readonly string[]): Repeated {
  const last = all[all.length - 1]
  const verb = all[0].template.verb && text.startsWith(all[0].render('plain'))
  return {
    clause: {
      skill: 'repeat',
      template: { ...r.clause.template, verb: verb && random.chance(0.97) },
      wire: all.flatMap((c) => c.wire),
      render: () => text,
    },
    place: 'last',
    open: last === r.clause ? r.open : last.template.id.startsWith('say/plain'),
    ids: [...r.ids, ...all.filter((c) => c !== r.clause).map((c) => c.template.id), ...ids],
  }
}

/** "Say beep twice, go to the stairs, look up": one counted step of a list. */
function listed(random: Random, r: Repeated): Repeated | undefined {
  const all = steps(random, random.pick([1, 1, 2, 2, 2, 3]))
  all.splice(random.chance(0.6) ? 0 : random.int(0, all.length), 0, r.clause)
  const joined = join(random, all, false) ?? join(random, all, false)
  return joined && fuse(random, joined.text, all, r, joined.ids)
}

/** Steps after a repetition, and perhaps before it, that are done once. */
function surrounded(random: Random, r: Repeated): Repeated | undefined {
  const before = r.place === 'last' && random.chance(0.3) ? [draw(random, false)] : []
  const after = r.open && random.chance(0.5) ? [] : steps(random, random.pick([1, 1, 1, 2, 2, 3]))
  if (before.length + after.length === 0) return r
  let text = ''
  const ids: string[] = []
  if (before.length > 0) text = before[0].render('plain') + random.weighted(openings)
  text += r.clause.render('plain')
  if (after.length > 0) {
    const joined = join(random, after, false) ?? join(random, after, false)
    if (!joined) return undefined
    text += random.weighted(r.place === 'first' && random.chance(0.5) ? loose : closings) + joined.text
    ids.push(...joined.ids)
  }
  return fuse(random, text, [...before, r.clause, ...after], r, ids)
}

/** A sentence ends in these words, or a list has marks that could end one. */
const ended = (text: string) => /[.;!] |->|\n/.test(text.replace(/(?:^|[ ,.;\n])\(?\d[.)] /g, ' '))
const numeral = /\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|once|twice)$/

/** The repetition itself. */
function once(random: Random, held: boolean): Repeated | undefined {
  const choose = (list: readonly Template[]) => random.pick(list.filter((t) => t.held === held))
  const times = random.chance(0.03) ? random.int(11, 60) : random.pick([2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10])
  const roll = random.next()
  if (roll < 0.04) return square(random, choose(shape.some((t) => t.held === held) ? shape : before))
  const couple = roll < 0.2
  const speech = !couple && !held && roll < 0.29
  const count = couple || roll < 0.55 ? 1 : random.chance(0.75) ? 2 : 3
  const body = Array.from({ length: count }, () =>
    couple
      ? clause(random, couples, false)
      : speech
        ? clause(random, sayPhrases, false)
        : clause(random, random.weighted(usable.map(([, w, groups]) => [groups, w] as const)), false),
  )
  const joined = join(random, body, false)
  if (!joined) return undefined
  const last = body[count - 1]
  const open = last.template.id.startsWith('say/plain')
  const said = String(body[0].wire[0].text ?? '')
  const short = count === 1 && open && /^<?say|^(?:say|shout|whisper|call out|yell)/.test(joined.text)
  const pool =
    short && !held && !numeral.test(said) && random.chance(0.75)
      ? counted
      : count === 1 && !open && random.chance(0.75)
        ? single
        : open || random.chance(0.45)
          ? before
          : after
  // The end of a sentence closes what is repeated.
  if (pool === before && count > 1 && ended(joined.text)) return undefined
  // "A and B twice" leaves open what is done twice, and so does "A. Then B, do that twice".
  const several = pool === after && count > 1
  if (several && /[.;!] |->|[-*>|] |[\da-h]\)|#|\n/.test(joined.text)) return undefined
  const template = choose(several ? explicit : pool)
  if (!template || (pool === after && count === 1 && open)) return undefined
  const seed = random.int(0, 2 ** 31)
  const bent = (pool === single || pool === counted) && body[0].template.verb
  return {
    clause: {
      skill: 'repeat',
      template: bent ? { ...template, verb: true } : template,
      wire: [{ skill: 'repeat', times, actions: body.flatMap((s) => s.wire) }],
      render: (form) => {
        const own = new Random(seed)
        const words = bent ? body[0].render(form) : joined.text
        return template.expand(own, { body: words, times: often(times, own) }, form)
      },
    },
    place:
      (pool === single && !looseCount.has(template)) || pool === counted
        ? 'anywhere'
        : pool === before
          ? 'last'
          : 'first',
    open: pool === before && open,
    ids: [template.id, ...body.map((s) => s.template.id), ...joined.ids],
  }
}

/** "Drive a square: four times forward 1 m and turn left." */
function square(random: Random, template: Template): Repeated {
  const { text, parts } = length(random)
  const seed = random.int(0, 2 ** 31)
  const left = random.chance(0.7)
  const side = left ? 'left' : 'right'
  const body = random.pick([
    `forward ${text} and turn ${side}`,
    `drive ${text} and turn ${side}`,
    `go ${text}, turn ${side}`,
    `go forward ${text} then turn ${side} 90 degrees`,
    `${text} forward, turn ${side}`,
  ])
  return {
    clause: {
      skill: 'repeat',
      template,
      wire: [
        {
          skill: 'repeat',
          times: 4,
          actions: [
            { skill: 'drive', ...parts },
            { skill: 'turn', degrees: left ? 90 : -90 },
          ],
        },
      ],
      render: (form) => {
        const own = new Random(seed)
        const four = often(4, own)
        return template.expand(own, { body, four, times: four }, form)
      },
    },
    place: 'last',
    open: false,
    ids: [template.id],
  }
}
