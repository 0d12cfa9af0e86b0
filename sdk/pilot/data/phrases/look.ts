/**
 * Ways to point the camera: ahead, left, right, up, down, behind.
 * gives  groups for ./index; turning the head or the camera is looking, turning the body is not
 */
import { fixed } from './phrase.js'

const look = '<look*8|glance*2|peek|gaze|peer|stare>'
const have = '<have*2|take*3|cast|get> a (look*4|quick look|peek|glance|good look)'
const aim =
  '<turn*3|point*3|tilt*2|move*2|aim|direct|rotate|swing|swivel|pan|angle> (your*4|the*2) (head*3|camera*4|eyes*2|gaze|view|face|cam|lens)'

const side = (word: 'left' | 'right') => [
  `!${look} ${word}`,
  `${look} (to the*3|to your*3|over to the|toward the|towards the|on the|out to the|off to the) ${word}`,
  `${look} over your ${word} shoulder`,
  `${look} ${word}wards`,
  `${have} (to the|to your|on the|on your) ${word}`,
  `${have} ${word}`,
  `!${aim} ${word}`,
  `${aim} (to the|to your|towards the) ${word}`,
  `<check|inspect|see|watch|view|observe> (what is on|what's on) (the|your) ${word}`,
  `<check|scan|watch|inspect> (your ${word}|the ${word} side|to the ${word}|your ${word} side)`,
  `(camera|eyes) (${word}|to the ${word})`,
  `${look} (once more|again) (${word}|to the ${word})`,
  `${look} ${word} again`,
  `^<let> your (eyes|gaze) (go|wander) (to the |)${word}`,
  `<see> what is (to the|to your|on the) ${word}`,
]

const vertical = (word: 'up' | 'down', more: readonly string[]) => [
  `!${look} ${word}`,
  `${look} ${word}(wards|ward)`,
  `${have} ${word}`,
  `!${aim} ${word}`,
  `${aim} ${word}(wards|ward)`,
  `(camera|eyes|head|nose) ${word}`,
  ...more,
]

export const look_ = [
  fixed('look/left', 1, { skill: 'look', direction: 'left' }, side('left')),
  fixed('look/right', 1, { skill: 'look', direction: 'right' }, side('right')),
  fixed(
    'look/up',
    1,
    { skill: 'look', direction: 'up' },
    vertical('up', [
      `${look} (up |)at the (ceiling*3|sky*2|roof|stars|clouds)`,
      `${look} (up |)(to|towards) the (ceiling|sky)`,
      `${look} above you`,
      `${aim} (at|to|towards) the (ceiling|sky)`,
      '<lift|raise> your (head|eyes|gaze|face)',
      '<check|see|inspect> what is above you',
      '<check|inspect|watch> the (ceiling|sky)',
      `${look} straight up`,
      `${have} at the (ceiling|sky)`,
    ]),
  ),
  fixed(
    'look/down',
    1,
    { skill: 'look', direction: 'down' },
    vertical('down', [
      `${look} (down |)at the (floor*3|ground*3|carpet|rug)`,
      `${look} (down |)(to|towards) the (floor|ground)`,
      `${look} below you`,
      `${aim} (at|to|towards) the (floor|ground)`,
      '<lower|drop> your (head|eyes|gaze)',
      '<check|see|inspect> what is (below|under) you',
      '<check|inspect|watch> the (floor|ground)',
      `${look} straight down`,
      `${look} at your (feet|wheels)`,
      `${have} at the (floor|ground)`,
    ]),
  ),
  fixed('look/ahead', 1, { skill: 'look', direction: 'ahead' }, [
    `!${look} (ahead*4|straight ahead*3|forward*3|forwards|straight|straight forward|to the front|dead ahead)`,
    `${look} (in front of you|in front|out in front)`,
    `${have} (ahead|straight ahead|in front of you|in front)`,
    `!${aim} (ahead|straight ahead|forward|forwards|to the front|straight)`,
    '<check|watch|see|inspect> what is (ahead|in front of you|ahead of you)',
    '<check|watch|scan> (the way ahead|the road ahead|the path ahead|in front of you|the area ahead)',
    '(eyes|camera) (front|ahead|forward|straight|straight ahead)',
    `${aim} in front of you`,
    `${look} at what is (ahead|in front of you)`,
    '<keep> your (eyes|camera) (ahead|forward|on the road ahead|straight ahead)',
  ]),
  fixed('look/behind', 1, { skill: 'look', direction: 'behind' }, [
    `!${look} (behind*4|behind you*5|behind yourself|back*3|backward*2|backwards*2|to the rear|to the back)`,
    `${look} over your shoulder`,
    `${have} (behind|behind you|back|over your shoulder|to the rear)`,
    `${aim} (behind you|backward|backwards|to the rear|back|to the back)`,
    '<check|watch|see|inspect> what is (behind you|behind|in back of you|at your back)',
    '<check|watch> (behind you|your back|the rear|your rear)',
    '(eyes|camera) (back|backwards|to the rear|behind)',
    `${look} at what is behind you`,
    `${look} in back of you`,
  ]),
]
