/**
 * Ways to send the robot to one of its places, and what people call those places.
 * gives  groups for ./index; also used by the refusals, which must sound alike
 */
import { type Place, places } from '../../skills.js'
import type { Random } from '../random.js'
import { alsoCalled } from './goto-more.js'
import { group } from './phrase.js'

/** What people call a place, with its article; the first is the usual word. */
const usual: Readonly<Record<Place, readonly string[]>> = {
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

/** With the rarer words. */
export const names = Object.fromEntries(
  places.map((place) => {
    const [first] = usual[place]
    return [place, [...usual[place], first, first, first, ...alsoCalled[place].split('|')]]
  }),
) as unknown as Readonly<Record<Place, readonly string[]>>

function draw(random: Random) {
  const place = random.pick(places)
  const name = random.pick(names[place])
  const bare = random.chance(0.08) ? name.replace(/^(the|my|your|our|that) /, '') : name
  const short = random.chance(0.6) ? place : name.replace(/^(the|my|your|our|that|his|her|a) /, '')
  return { slots: { place: bare, the: name, short }, wire: [{ skill: 'goto', place }] }
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
    '!<pop|nip|trot|zip|toddle|scurry|scuttle|waddle|dash|rush|march|speed|mosey|amble|shuffle|scamper|trek|journey|hop over|pop over|nip over> (over |along |down |across |)to {the}',
    '<turn up|appear|arrive|report> (at|by|near) {the}',
    '<join> (me|us|him|her|them|the others) (at|by|near|next to) {the}',
    '<move|get|go|come> (closer|nearer|up close) to {the}',
    '<come> (over |here |)to {the}',
    '<get> (to|over to|near|close to|next to) {the}',
    '<go|drive|head|roll> (in the direction of|in direction of|toward) {the}',
    '<go|drive|move|travel> (as far as|down to|out to|off to|away to) {the}',
    '<go|drive|navigate|head|travel> from (here|there|where you are) to {the}',
    '<leave|depart|take off> for {the}',
    '<plot|chart|lay in> a course (for|to) {the}',
    '<take> (the|a) (route|path|way|road) to {the}',
    '<follow> the (way|path|route) to {the}',
    '<park|stand> (at|by|next to|in front of|beside|near) {the}',
    '!<plant|install|settle|set|anchor|place> yourself (at|by|next to|beside|in front of) {the}',
    '<get> your (wheels|butt|self) (over |)to {the}',
    '<use|choose|select|pick> {the} as (your|the) (destination|target|next stop)',
    '<make> {the} your (next stop|destination|target)',
    '(destination|target|next stop|next|waypoint|location|place): {the}',
    '!<relocate|transfer|gravitate> (yourself |)to {the}',
    'be (at|by|near|next to) {the}',
    '(be there|be ready|be waiting) (at|by) {the}',
  ]),
  group('goto/need', 2, draw, [
    '!i (need*2|want|would like) you (over |there |)(by|at|near|next to|beside|in front of) {the}',
    "!(i'd|id) like you (over |)(by|at|near|next to) {the}",
    "!(i'd|id|i would) like you to be (at|by|near) {the}",
    '!i (need|want) you to be (at|by|near|next to) {the}',
    'i (need|want) you over (at|by) {the}',
    "(you are|you're|youre) (needed|wanted|expected|required) (at|by) {the}",
    '(we|they) (need|want) you (at|by) {the}',
    '(somebody|someone) is waiting for you (at|by) {the}',
    '!(a friend|the boss|my aunt|the postman|a surprise|your owner|a visitor|dinner|tom) is waiting (for you |)(at|by|near) {the}',
    "(i am|i'm|im|we are) waiting for you (at|by) {the}",
    'i (am|will be) (at|by) {the}, (come|come over|join me|come to me)',
    '!<let> me see you (at|by|next to|in front of) {the}',
    '<let> me find you (at|by) {the}',
    'i want to (see|find) you (at|by|next to) {the}',
    '(see|meet) you (at|by) {the}',
    'your (place|spot|position|post) is (at|by|next to|beside) {the}',
    'you (belong|should be|ought to be|must be|have to be|need to be|are supposed to be|are to be) (at|by|near) {the}',
    '!off (you go |with you |)to {the}( with you|)',
    '!(away|out|on|over|up|down|back) to {the} (with you|you go)',
    'to {the} with you',
  ]),
  group('goto/bare', 1.4, draw, [
    '!{short}',
    '!{the}',
    '!{the}( please|, please)',
    '!{short} (please|now|next|first|please robot)',
    '!{the} (now|next|first|first please|this time|again|if you please)',
    '!to {short}',
    '!<go|drive|head|move|navigate|travel|proceed|return|walk|run> to {short}',
    '!<go|drive|head|move|navigate|travel|proceed|return> {short}',
    '!(goto|gotto|go too|got to|goto:|go-to) {short}',
    '!(goto|gotto|go too|got to) {the}',
    '!<come|head|go|drive> (over |back |)to {short}',
    '(off|over|back|on) to {short}',
  ]),
  group(
    'goto/into',
    2.5,
    (random) => {
      const place = random.pick(['kitchen', 'bathroom', 'hallway', 'garage', 'garden', 'office', 'corner'] as const)
      const drawn = random.pick(names[place].filter((name) => !/toilet|lavatory/.test(name)))
      return { slots: { the: drawn }, wire: [{ skill: 'goto', place }] }
    },
    [
      `${travel} into {the}`,
      '<go*4|drive*3|roll*2|move*2|head*2|travel|walk|come|run> in {the}',
      '<enter> {the}',
      '<go> inside {the}',
      '<go|head> out (to|into) {the}',
      'i (need|want) you (over |)in {the}',
      "(i'd|id|i would) like you (to be |)(in|inside) {the}",
      'you are (needed|wanted|expected|required) in {the}',
      '<let> me see you in {the}',
      '<meet|join> (me|us) in {the}',
      '<come> (and |)(see|find|join) (me|us) in {the}',
      '<show up|turn up|appear|arrive> in {the}',
      '<park|position|place|put|station> yourself in {the}',
      '<come|step|move|roll|get> (inside|in) {the}',
      '<go> and (stand|park) in {the}',
      'be in {the}',
      'i am in {the}, (come|come here|join me|come over)',
      '!<pop|nip|trot|dash|rush> (into|in) {the}',
      'in {the} (please|now)',
    ],
  ),
  group('goto/charger', 0.5, () => ({ slots: {}, wire: [{ skill: 'goto', place: 'charger' }] }), [
    '!<go> (and |)(recharge|charge|dock|charge yourself|charge up|charge your battery|recharge your batteries)',
    '!<recharge|charge> (yourself|your battery|your batteries)',
    '!<dock> yourself',
    '!<return> to (base|your dock|your base)',
    '!<go> (and |)(get|have) (a charge|some charge|some power|some juice|charged|recharged)',
    '!(your battery is|your batteries are|the battery is|battery is|your power is|your charge is) (low|empty|nearly empty|almost empty|running low|getting low)(, |, so | so |. )(go and charge|go charge|go to your charger|recharge|charge up|go back to the dock|dock|charge yourself|go home and charge|go and recharge|find your charger)',
    '!you are (running out of|low on) (power|battery|charge|energy)(, |, so |. )(go and charge|go charge|go to your charger|recharge|charge up|go back to the dock)',
    '!home to your (charger|dock|base|charging station)',
    '!<go|drive|head|return|come|get> (back |)(home|to base|to your base|back to base) to (charge|recharge)',
    '!<go|drive|head|return|come> (back |)home to your (charger|dock|base|charging station)',
    '!(back to|return to|off to|to|home to) (your|the) (charger|dock|base|charging station)( now| please|)',
    '!<plug> yourself in( to charge| to recharge|)',
    '!<top up|fill up|charge up> your (battery|batteries)',
    '!<get> (yourself |)(charged|recharged|charged up|plugged in)',
    '!time to (charge|recharge|dock|charge up|recharge your battery)',
    '!you (need|have) to (charge|recharge)',
    'you need (a charge|power|charging|to charge|recharging)',
    '!(charging|recharging|charge) time',
    '!<put> yourself (on charge|on the charger|in the dock|back in your dock|back on charge)',
    '!<recharge*2|charge up|redock|dock now>',
    '!<sit|park> (on|in) (your|the) (charger|dock|charging station|charging pad)',
  ]),
]
