/**
 * Ways to send the robot to one of its places, and what people call those places.
 * gives  groups for ./index; also used by the refusals, which must sound alike
 */
import { type Place, places } from '../../skills.js'
import type { Random } from '../random.js'
import { group } from './phrase.js'

/** What people call a place, with its article; the first is the usual word. */
export const names: Readonly<Record<Place, readonly string[]>> = {
  kitchen: ['the kitchen', 'the kitchen', 'the kitchen', 'the kitchen area'],
  door: ['the door', 'the door', 'the front door', 'the doorway', 'the main door', 'the exit door'],
  desk: ['the desk', 'the desk', 'my desk', 'the writing desk', 'your desk'],
  charger: [
    'the charger',
    'the charger',
    'your charger',
    'the charging station',
    'the dock',
    'the charging dock',
    'your docking station',
    'the docking station',
    'the charging point',
    'your charging station',
  ],
  shelf: ['the shelf', 'the shelf', 'the bookshelf', 'the shelves', 'the book shelf'],
  window: ['the window', 'the window', 'the big window', 'that window'],
  table: ['the table', 'the table', 'the dining table', 'the coffee table', 'the dinner table', 'the kitchen table'],
  sofa: ['the sofa', 'the sofa', 'the couch', 'the settee', 'the couch'],
  bed: ['the bed', 'the bed', 'my bed', 'your bed'],
  bathroom: ['the bathroom', 'the bathroom', 'the bath room', 'the washroom', 'the restroom', 'the toilet'],
  hallway: ['the hallway', 'the hallway', 'the hall', 'the corridor'],
  garage: ['the garage', 'the garage', 'our garage'],
  garden: ['the garden', 'the garden', 'the back garden', 'our garden'],
  office: ['the office', 'the office', 'my office', 'the study'],
  stairs: ['the stairs', 'the stairs', 'the staircase', 'the stairway'],
  corner: ['the corner', 'the corner', 'the corner of the room', 'that corner'],
}

function draw(random: Random) {
  const place = random.pick(places)
  const name = random.pick(names[place])
  const bare = random.chance(0.08) ? name.replace(/^(the|my|your|our|that) /, '') : name
  return { slots: { place: bare, the: name }, wire: [{ skill: 'goto', place }] }
}

export const travel =
  '<go*9|drive*5|move*3|head*3|navigate*2|travel*2|roll*2|proceed|run|return|walk|come|ride|get|race|wander|stroll|trundle|hurry|make your way|find your way|get yourself|take yourself|make a trip|steer|cruise|zoom|scoot>'

export const gotoPhrases = [
  group('goto/place', 10, draw, [
    `!${travel} to {place}`,
    `${travel} over to {place}`,
    `${travel} back to {place}`,
    `${travel} straight to {place}`,
    `${travel} towards {the}`,
    `${travel} all the way to {the}`,
    `${travel} across to {the}`,
    `${travel} directly to {place}`,
    `${travel} up to {the}`,
    `${travel} along to {the}`,
    '<visit> {the}',
    '^<roll|drive|go|come> right up to {the}',
    '^<go|drive|head> on over to {the}',
    '^<make|find> a way to {the}',
    '^<set> out for {the}',
    '^(your goal|the goal|our goal) is {the}',
    '<approach> {the}',
    '<find> {the}',
    '<head> for {the}',
    '<make> for {the}',
    '<reach> {the}',
    '<set> course for {the}',
    '<set> off for {the}',
    '<drive|go|navigate|get> yourself to {the}',
    '<take|bring> yourself (over |)to {the}',
    '<bring> the (robot|rover) to {the}',
    '<drive|send|move|take> the (robot|rover) to {the}',
    '<park|position|place|put|station> yourself (at|by|near|next to|beside|in front of) {the}',
    '<go|drive|come|move> (and |)(stand|sit|park) (by|at|near|next to|beside) {the}',
    '<go|drive|come|move|roll> (near|close to|next to|beside) {the}',
    '<go> where {the} is',
    '<go|drive|come> to where {the} is',
    '<pay> a visit to {the}',
    '<have|take> a trip to {the}',
    '<check in> at {the}',
    '<meet> me (at|by|near) {the}',
    '<show up> at {the}',
    '<go> visit {the}',
    'to {the}',
    'off to {the}',
    'over to {the}',
    '(your destination|your next stop|the next stop|the destination|the target|next stop|destination) is {the}',
    'next stop {the}',
    'destination {the}',
    'to {the} (please|now)',
    'back to {the}',
  ]),
  group(
    'goto/into',
    2.5,
    (random) => {
      const place = random.pick(['kitchen', 'bathroom', 'hallway', 'garage', 'garden', 'office', 'corner'] as const)
      const drawn = random.pick(names[place])
      return { slots: { the: drawn }, wire: [{ skill: 'goto', place }] }
    },
    [
      `${travel} into {the}`,
      '<go*4|drive*3|roll*2|move*2|head*2|travel|walk|come|run> in {the}',
      '<enter> {the}',
      '<go> inside {the}',
      '<go|head> out (to|into) {the}',
    ],
  ),
  group('goto/charger', 0.5, () => ({ slots: {}, wire: [{ skill: 'goto', place: 'charger' }] }), [
    '!<go> (and |)(recharge|charge|dock|charge yourself|charge up|charge your battery|recharge your batteries)',
    '!<recharge|charge> (yourself|your battery|your batteries)',
    '!<dock> yourself',
    '!<return> to (base|your dock|your base)',
  ]),
]
