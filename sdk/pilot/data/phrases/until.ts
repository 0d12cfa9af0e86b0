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

/** More of them; "!" keeps one in training. */
const further: Readonly<Record<Event, readonly string[]>> = {
  wall: [
    '!{till} (something*2|anything|an obstacle|a wall|the wall|an object) (is in the way*3|blocks you|blocks your way|blocks the way|is in your way|gets in the way|bars the way)',
    '!{till} (something*2|anything) (stops you|blocks you)',
    '{till} you (are|get) (blocked|stopped)( by something| by an obstacle|)',
    "{till} you (cannot|can't|can not|cant) (go|move|drive|get) (any further|further|on|any farther)",
    '{till} you (touch|hit|feel|reach|run up against) (something|anything|an obstacle|something hard|an object)',
    '!{till} your (bumper touches|bumper hits|bumpers touch|bumper feels) (something|a wall|the wall|an obstacle)',
    '{till} the (way|path|road) is (blocked|barred|obstructed)',
    '(to*3|over to) (the wall*2|the next wall|the nearest wall|the far wall|the opposite wall|the wall over there)',
    '!{till} (a|the|any) (barrier|obstruction|partition) (appears|is reached|stops you|is in the way)',
    '{till} you make contact( with {theWall}|)',
    '{till} you (are touching|are in contact with|have reached|have hit|have touched) {theWall}',
    "and (don't|do not|dont) stop {till} you (hit|touch|reach|meet) {theWall}",
  ],
  person: [
    '{till} you (come upon|are in front of|stand in front of|face) {aPerson}',
    '{till} you (have seen|have found|have spotted|have met|have reached) {aPerson}',
    '{till} {aPerson} (turns up|pops up|crosses your path|stands in front of you|comes close|is nearby|comes near|walks by|passes by|enters|is close|is visible|can be seen|stands there)',
    '{till} (i|we) (appear|come into view|stand in front of you|step in front of you|show up)',
    '{till} you (see|spot|meet|find|notice) (me|us|him|her|them|my friend|your owner|a friend|a visitor|a guest|a stranger|the boy|the girl|a passer-by|a kid|a pedestrian)',
    '(to|over to|right up to) (the person|the man|the woman|the nearest person|the people)',
    "and (don't|do not|dont) stop {till} you (see|meet|spot|find) {aPerson}",
  ],
  line: [
    '{till} you (roll over|drive over|are over|are above|get on|stand on|have reached|have crossed|pass) {theLine}',
    '{till} your (sensor sees|sensors see|sensor detects|wheels touch|wheels cross|wheels reach|wheels are on) {theLine}',
    '{till} {theLine} (is below you|is beneath you|shows up|comes|is there|is found|is seen|is underneath you|passes under you)',
    '!{till} you (reach|cross|see|hit|find) (the|a) (stripe|marking|mark on the floor|strip of tape|tape|tape on the floor|painted line|chalk line|finish line|finishing line|start line|stop line|white stripe|dotted line)',
    '!(to|over to|up to) the (stripe|tape|finish line|stop line|marking)',
    "and (don't|do not|dont) stop {till} you (reach|cross|see|find) {theLine}",
  ],
  edge: [
    '!{till} (the|a) (floor|ground|table|platform|surface|desk|tabletop) (ends|stops|drops away|drops off|runs out|comes to an end)',
    '!{till} you (run out of|are out of|have no more) (floor|ground|table|platform)',
    '!{till} you (are at|come to|get to|reach|see|sense|find) (the end of the (table|floor|platform|desk|board|ramp)|a cliff|the drop|a step down|a drop off|the lip of the table|the border|the rim of the table)',
    '!{till} there is (nothing below you|no floor left|no ground left|no more floor|no more table|nothing under your wheels)',
    '{till} you (have reached|have found|are right at|are close to|are just before|are almost at) {theEdge}',
    'and stop (right before|just before|just short of|close to|shortly before) {theEdge}',
    'but (stop|halt) (at|before|short of) {theEdge}',
    '!(near|close to|to|over to) the (very edge|edge|brink|rim)',
    '{till} (just|right|shortly) before {theEdge}',
    "and (don't|do not|dont) stop {till} you (reach|see|sense) {theEdge}",
  ],
  sound: [
    '!{till} (something|anything) (makes a noise|beeps|rings|clicks|bangs|cracks)',
    '!{till} (the|a) (bell|phone|alarm|buzzer|siren|horn|doorbell|whistle|timer) (rings|sounds|goes off|goes|is heard)',
    '!{till} you (hear|notice|detect) a (bell|buzzer|siren|horn|shout|scream|phone|cough|thud|crack|hum|signal|tone|buzz|ping|call|bark|hoot|honk)',
    '!{till} you (hear|detect) (music|knocking|clapping|whistling|barking|footsteps|voices|shouting|my voice|talking|singing)',
    '{till} (i|we) (call|yell|snap my fingers|knock|call out|call out to you|hoot|honk|beep|speak|talk)',
    '{till} it (is no longer quiet|gets loud|gets noisy|is loud|is noisy)',
    '{till} a (sound|noise) (reaches you|can be heard|is audible|rings out|occurs|stops you)',
    '{till} you (have heard|have detected) {aSound}',
    'and (stop|halt) (at|on) (the first|any|a) (sound|noise|clap|bang)',
    "and (don't|do not|dont) stop {till} you {hear} {aSound}",
  ],
}

/** Where it is sensed: what lies behind is no look. */
const facing: Readonly<Record<Heading, Readonly<Record<Event, readonly string[]>>>> = {
  forward: {
    wall: [
      '!{till} you (see|detect|sense|feel|find|reach) (a wall|the wall|an obstacle|something) (ahead|ahead of you|in front of you|up ahead)',
    ],
    person: ['!{till} you (see|detect|spot|meet) {aPerson} (ahead|ahead of you|in front of you|up ahead)'],
    line: ['!{till} you (see|detect|find) {theLine} (ahead|ahead of you|in front of you)'],
    edge: ['!{till} you (see|detect|sense) {theEdge} (ahead|ahead of you|in front of you)'],
    sound: [
      '!{till} you {hear} (a sound|a noise|something|a voice) (behind you|in front of you|from behind|ahead of you)',
    ],
  },
  backward: {
    wall: [
      '!{till} you (feel*3|hit|touch|reach|detect|meet|bump into|sense|find|have) (a wall|the wall|something|an obstacle|something solid) (behind you*4|at your back|at your rear|with your back|to your rear)',
      '!{till} (the wall|a wall|something|an obstacle) is (behind you|at your back|right behind you|touching your back)',
      '!{till} your (back|rear|tail|rear bumper|back bumper) (hits|touches|reaches|meets|is against) (a wall|the wall|something|an obstacle)',
      '{till} you (are|have backed) up against a wall',
    ],
    person: [
      '!{till} {aPerson} is (behind you|at your back|right behind you|standing behind you)',
      '!{till} you (sense|detect|notice|find|see|feel|meet) {aPerson} (behind you|at your back|at your rear)',
    ],
    line: [
      '!{till} {theLine} is (behind you|under your rear wheels|under your back wheels)',
      '!{till} you (see|sense|detect|find|reach) {theLine} (behind you|at your back)',
      '!{till} your (rear|back) wheels (reach|touch|cross|are on) {theLine}',
    ],
    edge: [
      '!{till} {theEdge} is (behind you|right behind you)',
      '!{till} you (see|sense|detect|feel|reach|find) {theEdge} (behind you|at your back)',
      '!{till} your (rear|back) wheels (reach|are at|sense|feel|detect) {theEdge}',
    ],
    sound: [
      '!{till} you {hear} (a sound|a noise|something|a voice) (behind you*2|from behind|at your back|in front of you)',
    ],
  },
}

/** All of them, with verbs of their own. */
const wider = (direction: Heading, event: Event) => {
  const texts = [...further[event], ...facing[direction][event]].flatMap((tail) => {
    const mark = tail.startsWith('!') ? '!' : ''
    const words = tail.slice(mark.length)
    return direction === 'forward'
      ? [`${mark}${ahead} ${words}`, `${mark}${forward} ${words}`]
      : [`${mark}${reverse} ${words}`, `${mark}${backward} ${words}`, `(in reverse|backwards|backward) ${words}`]
  })
  const plainest = tails[event].slice(0, 1)
  const own =
    direction === 'forward'
      ? [
          ...plainest.map((tail) => `!<push on|press on|go on|move on|roll on|drive on|stay on course|run on> ${tail}`),
          ...plainest.map((tail) => `!(don't|do not|dont) stop (driving |moving |going |){till} ${tail.slice(7)}`),
          ...plainest.map(
            (tail) => `!<keep|stay> (on |)(moving|rolling|driving|going) (ahead |forward |){till} ${tail.slice(7)}`,
          ),
        ]
      : [
          ...plainest.map((tail) => `!(backwards|backward|in reverse|back) ${tail}`),
          ...plainest.map((tail) => `!(don't|do not|dont) stop (reversing|backing up|going back) ${tail}`),
          ...plainest.map((tail) => `!<keep|stay> (on |)(reversing|backing up|backing|going backwards) ${tail}`),
        ]
  const weight = direction === 'forward' ? 1 : 0.6
  return fixed(`drive_until/${direction}-${event}-wider`, weight, { skill: 'drive_until', direction, event }, [
    ...texts,
    ...own,
  ])
}

export const until = (['forward', 'backward'] as const).flatMap((direction) =>
  (['wall', 'person', 'line', 'edge', 'sound'] as const).flatMap((event) => [
    build(direction, event),
    wider(direction, event),
  ]),
)
