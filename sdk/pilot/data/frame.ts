/**
 * What people put round an instruction: a name, a greeting, politeness, thanks.
 * takes  text, and whether it begins with a plain verb · gives  text with the same meaning
 */
import { fillers, greetings, names } from './phrases/address.js'
import { asks, minds, opens } from './phrases/asks.js'
import { ends } from './phrases/endings.js'
import type { Random } from './random.js'

export interface Framing {
  /** Begins with a plain verb. */
  readonly verb: boolean
  /** Ends in words to say without quotation marks: nothing may follow them. */
  readonly open: boolean
  /** The text with its leading verb as "…ing", where it can bend. */
  readonly ing?: () => string
}

export function frame(random: Random, text: string, { verb, open, ing }: Framing): string {
  let out = text
  const roll = random.next()
  if (roll < 0.3 && verb) {
    const ask = random.pick(asks)
    out = `${ask} ${out}`
  } else if (roll < 0.32 && ing) out = `${random.pick(minds)} ${ing()}`
  else if (roll < 0.36) out = `${random.pick(opens)} ${out}`
  if (random.chance(0.09)) {
    const filler = random.pick(fillers)
    const more = random.chance(0.2) ? `${random.pick(fillers)}${random.chance(0.5) ? ',' : ''} ` : ''
    out = `${more}${filler}${random.chance(0.6) ? ',' : ''} ${out}`
  }
  if (random.chance(0.1)) {
    const name = random.pick(names)
    const hail = random.chance(0.65)
      ? `${random.pick(greetings)} ${name}`
      : random.chance(0.5)
        ? name
        : random.pick(greetings)
    out = `${hail === 'there' || hail === 'dear' ? 'robot' : hail}${random.pick([',', ',', '', '!', '.', ':'])} ${out}`
  }
  if (!open && random.chance(0.13)) {
    const end = random.pick(ends)
    out += /^[ ,.]/.test(end) ? end : ` ${end}`
  }
  return out
}
