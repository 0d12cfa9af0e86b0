/**
 * The pilot's JSON vocabulary: each of these pieces of a wire text is one token, so that an action costs a few tokens
 * and its skeleton cannot be misspelt. Digits, `-`, `.`, `"` and the words of `say` are ordinary tokens.
 */
import { events, gazes, grips, headings, places, poses, reasons, switches } from './skills.js'

const open = (skill: string, rest = '') => `{"skill":"${skill}"${rest}`
const lengths = ['metres', 'centimetres', 'millimetres', 'feet', 'inches', 'yards']
const times = ['seconds', 'minutes', 'hours']

export const fragments: readonly string[] = [
  '[',
  '},',
  '}]',
  ...lengths.map((unit) => open('drive', `,"${unit}":`)),
  open('turn', ',"degrees":'),
  ...headings.map((heading) => open('drive_until', `,"direction":"${heading}"`)),
  ...events.map((event) => `,"event":"${event}"`),
  open('goto', ',"place":'),
  ...places.map((place) => `"${place}"`),
  open('look', ',"direction":'),
  ...gazes.map((gaze) => `"${gaze}"`),
  ...grips.map((state) => open('grip', `,"state":"${state}"`)),
  ...poses.map((pose) => open('arm', `,"pose":"${pose}"`)),
  ...switches.map((state) => open('light', `,"state":"${state}"`)),
  ...times.map((unit) => open('wait', `,"${unit}":`)),
  open('say', ',"text":"'),
  open('stop'),
  open('repeat', ',"times":'),
  ',"actions":[',
  ...reasons.map((reason) => open('refuse', `,"reason":"${reason}"`)),
  ...[...lengths.slice(1, 5), ...times.slice(0, 2)].map((unit) => `,"${unit}":`),
]
