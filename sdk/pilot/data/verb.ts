/**
 * English verb forms, for clauses that stand after "after", "once you have" or "would you mind".
 * takes  a verb, perhaps with a particle ("back up") · gives  its form; only the first word bends
 */

/** plain: drive · ing: driving · done: driven (past participle). */
export type Form = 'plain' | 'ing' | 'done'

const irregular: Readonly<Record<string, string>> = {
  drive: 'driven',
  go: 'gone',
  come: 'come',
  run: 'run',
  ride: 'ridden',
  take: 'taken',
  make: 'made',
  do: 'done',
  get: 'got',
  put: 'put',
  set: 'set',
  let: 'let',
  shut: 'shut',
  hold: 'held',
  keep: 'kept',
  sleep: 'slept',
  stand: 'stood',
  sit: 'sat',
  say: 'said',
  tell: 'told',
  speak: 'spoken',
  read: 'read',
  give: 'given',
  bring: 'brought',
  spin: 'spun',
  swing: 'swung',
  hang: 'hung',
  find: 'found',
  leave: 'left',
  light: 'lit',
  cut: 'cut',
  shine: 'shone',
  throw: 'thrown',
  cast: 'cast',
  have: 'had',
  withdraw: 'withdrawn',
  lay: 'laid',
  undo: 'undone',
}
/** One-syllable verbs, and British ones in -l, that double their last letter. */
const doubling = new Set(
  'run get put set let shut cut sit spin grab grip drop stop clap step nip chat pop trot swivel travel snap flip pan tip tap hit zip hop dim signal swim stab knit mop plan plug jog dig scrub rob drag trip wrap trim strip whip slam ram jab stun shred beg hug rub wed bet bid rid rig pin win sob chop crop drum fit flap grin hem jam kid log map mug nag nod pat pet peg pot prod quiz rap rip rot scan scrap ship shop shun skip slap slip slit snub sip spit split spot squat stir strum sum tag thin throb top tug tut vet wag ban bar bat blot bob brag bug chip clip dab dot fan gag gut hog hum lag lap lob lug mar mob nab nap net nip pad pep pop prop pun rev rot rub sag sap scar shop sin slam slim slot slur smut snag snip snob sob spar stem swap tan tar tip trek unplug format'.split(
    ' ',
  ),
)

export function inflect(phrase: string, form: Form): string {
  if (form === 'plain') return phrase
  const space = phrase.indexOf(' ')
  const verb = space < 0 ? phrase : phrase.slice(0, space)
  return (form === 'ing' ? ing(verb) : done(verb)) + (space < 0 ? '' : phrase.slice(space))
}

function ing(verb: string): string {
  if (doubling.has(verb)) return `${verb}${verb.at(-1)}ing`
  return `${/[^eoy]e$/.test(verb) ? verb.slice(0, -1) : verb}ing`
}

function done(verb: string): string {
  if (verb in irregular) return irregular[verb]
  if (doubling.has(verb)) return `${verb}${verb.at(-1)}ed`
  if (verb.endsWith('e')) return `${verb}d`
  return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ied` : `${verb}ed`
}
