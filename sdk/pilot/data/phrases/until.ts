/**
 * Ways to say "drive until something is sensed".
 * gives  groups for ./index: (forward, backward) × (wall, person, line, edge, sound)
 */
import type { Event, Heading } from '../../skills.js'
import { define } from '../template.js'
import { fixed } from './phrase.js'

define({
  till: "(until*6|till*2|'til|til)",
  reach: '(reach*3|get to*2|come to*2|arrive at|are at)',
  meet: '(see*4|spot*2|find|notice|detect*2|sense|encounter|come across|meet|recognise|recognize)',
  touch: '(hit*4|touch*2|bump into*2|run into|reach*2|meet|come up against|feel|detect|see|sense|are at|get to|find)',
  hear: '(hear*6|detect|pick up|notice|sense|are interrupted by)',
  theWall: '(a wall*4|the wall*4|the next wall|a wall in front of you|an obstacle|something solid|the far wall)',
  aPerson:
    '(someone*3|somebody*2|a person*4|the person|people|a human*2|anyone|anybody|a man|a woman|a child|a human being|any person|a face)',
  theLine:
    '(a line*3|the line*4|the (black|white|red|yellow|blue|dark) line|a (black|white|red|yellow|blue) line|the line on the (floor|ground)|a line on the (floor|ground)|the marked line|the tape line)',
  theEdge: '(the edge*5|an edge*3|the edge of the (table|floor|platform|desk)|a drop|the brink|the rim|a ledge)',
  aSound:
    '(a sound*4|a noise*4|any sound|any noise|something*2|a clap|a beep|a bang|a loud noise|a voice|a whistle|a loud sound|some noise|a click|a bell|a knock)',
})

/** Alone, a verb goes forward. */
const ahead =
  '<drive*5|go*5|move*4|roll*2|travel|head|keep going*2|keep driving|keep moving|continue|carry on|proceed|advance|cruise|run|ride|creep|crawl>'
const forward =
  '<drive*5|go*5|move*4|roll*2|travel|head|keep going|keep driving|keep moving|continue|proceed|cruise|run|creep|come|carry on> {fwd}'
const backward = '<drive*5|go*5|move*5|roll*2|travel|head|keep going|keep driving|keep moving|creep|run|continue> {bwd}'
const reverse = '<reverse*4|back up*4|retreat|back off|back away|keep reversing|keep backing up>'

/** What follows "drive …", per event. */
const tails: Readonly<Record<Event, readonly string[]>> = {
  wall: [
    '{till} you {touch} {theWall}',
    '{till} there is {theWall}',
    '{till} {theWall} is (reached|hit|detected|in front of you)',
    '{till} you are (at|up against|right at|near|close to) {theWall}',
    '{till} {theWall} stops you',
    '{till} (hitting|touching|reaching) {theWall}',
    '{till} {theWall}',
    '(up to*2|as far as*2|all the way to|right up to) {theWall}',
    '{till} you (can go no further because of|are blocked by|are stopped by) {theWall}',
    'and stop (at|when you reach|when you hit|when you touch|before) {theWall}',
    'and stop as soon as you (hit|touch|reach|detect) {theWall}',
    'and (halt|stop) when there is {theWall}',
    '{till} you bump into (something|a wall)',
  ],
  person: [
    '{till} you {meet} {aPerson}',
    '{till} there is {aPerson}',
    '{till} {aPerson} (appears|is in front of you|shows up|comes into view|is there|is detected|is in sight|comes along)',
    '{till} {aPerson} (is|gets) (seen|spotted|noticed)',
    '{till} you (can see|are near|are close to|are facing|reach|get to|come to) {aPerson}',
    '{till} (seeing|meeting|spotting|detecting) {aPerson}',
    '(up to*2|as far as) {aPerson}',
    'and stop when you {meet} {aPerson}',
    'and stop as soon as (you {meet} {aPerson}|{aPerson} appears|there is {aPerson})',
    'and stop if you {meet} {aPerson}',
    '{till} {aPerson} (walks|steps|gets) in (front of you|the way|your way|your path)',
  ],
  line: [
    '{till} you {reach} {theLine}',
    '{till} you (see|cross|hit|find|touch|detect|spot|are on|meet|pass over) {theLine}',
    '{till} there is {theLine}',
    '{till} {theLine} (is reached|is crossed|appears|is under you|is detected|comes up|is visible)',
    '{till} (reaching|crossing|hitting|seeing) {theLine}',
    '{till} {theLine}',
    '(up to*3|to*2|as far as*2|all the way to|right up to|over to) {theLine}',
    'and stop (at|on|when you reach|when you see|when you cross|by) {theLine}',
    'and stop as soon as you (reach|see|cross|detect) {theLine}',
  ],
  edge: [
    '{till} you {reach} {theEdge}',
    '{till} you (see|find|detect|sense|spot|hit|are near|meet|feel) {theEdge}',
    '{till} there is {theEdge}',
    '{till} {theEdge} (is reached|appears|is detected|comes up|is near|is in sight)',
    '{till} (reaching|detecting|seeing) {theEdge}',
    '{till} {theEdge}',
    '(up to*3|to*2|as far as*3|all the way to|right up to) {theEdge}',
    'and stop (at|before|when you reach|when you see|short of) {theEdge}',
    'and stop as soon as you (reach|see|sense|detect) {theEdge}',
  ],
  sound: [
    '{till} you {hear} {aSound}',
    '{till} there is (a sound|a noise|any sound|a loud noise|some noise|a bang)',
    '{till} (a sound|a noise|a clap|a beep|a voice|a whistle) (is heard|comes|is detected|stops you|sounds)',
    '{till} (someone|somebody) (claps|whistles|shouts|calls|makes a noise|makes a sound|speaks)',
    '{till} (hearing|detecting) {aSound}',
    '{till} (i|we) (clap|whistle|make a noise|make a sound|shout|call you)',
    '{till} (something|anything) makes a (sound|noise)',
    'and stop when you {hear} {aSound}',
    'and stop as soon as you {hear} {aSound}',
    '{till} you are (called|interrupted by a noise|startled by a noise)',
  ],
}

const build = (direction: Heading, event: Event) => {
  const own = tails[event]
  // The plainest phrasing of each event is what people say most: it stays in training.
  const keep = (i: number) => (i === 0 ? '!' : '')
  const texts =
    direction === 'forward'
      ? own.flatMap((tail, i) =>
          tail.startsWith('and stop')
            ? [`${forward} ${tail}`, `${ahead} ${tail}`]
            : [`${keep(i)}${ahead} ${tail}`, `${keep(i)}${forward} ${tail}`, `{fwd} ${tail}`],
        )
      : own.flatMap((tail, i) => [
          `${keep(i)}${backward} ${tail}`,
          `${keep(i)}${reverse} ${tail}`,
          `<go|drive|move> in reverse ${tail}`,
        ])
  const before = own
    .filter((tail) => tail.startsWith('{till}'))
    .map(
      (tail) =>
        `${tail}, ${direction === 'forward' ? '(drive|go|move|keep going|keep driving|continue) {fwd}' : '(drive|go|move|roll) {bwd}'}`,
    )
  const weight = direction === 'forward' ? 2 : 1
  return fixed(`drive_until/${direction}-${event}`, weight, { skill: 'drive_until', direction, event }, [
    ...texts,
    ...before,
  ])
}

export const until = (['forward', 'backward'] as const).flatMap((direction) =>
  (['wall', 'person', 'line', 'edge', 'sound'] as const).map((event) => build(direction, event)),
)
