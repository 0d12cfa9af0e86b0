/**
 * Ways to switch the lamp and to wait.
 * gives  groups for ./index
 */
import { duration } from '../quantity.js'
import { define } from '../template.js'
import { fixed, group } from './phrase.js'

define({
  lamp: '(light*8|lights*5|lamp*4|headlight|headlights*2|led*2|flashlight|torch|spotlight|leds|lamps|headlamp|beam)',
  the: '(the*5|your*4|)',
})

const hold =
  '<wait*10|pause*4|hold on*2|hang on*2|hold*2|rest*2|sleep*2|stay*2|stay put*2|stay here|stay still|stay there|stay where you are*2|stand by*2|stand still*2|remain|idle|hold still|keep still|linger|sit tight|hold your position|hold position|sit still|remain still|take a break|take a rest|have a rest|relax|chill|nap|wait here|wait there|do nothing*2>'

export const light = [
  fixed('light/on', 1, { skill: 'light', state: 'on' }, [
    '<turn*4|switch*4|put*2|flip> on {the} {lamp}',
    '<turn*4|switch*4|put*2|flick> {the} {lamp} on',
    '<activate|enable|power on|power up|start|light|light up|fire up|engage> {the} {lamp}',
    '<set> {the} {lamp} to on',
    '<let> there be light',
    '<give> (me|us) (some |)light',
    '<make> (some light|it bright|it light|light)',
    '<shine|use> {the} {lamp}',
    '<get> {the} {lamp} on',
    '<have> {the} {lamp} on',
    '{the} {lamp} on',
    'on with {the} {lamp}',
    '<illuminate|light up|brighten> the (room|area|way|path|place|scene)',
    '<bring> up {the} {lamp}',
    '<light> the way',
  ]),
  fixed('light/off', 1, { skill: 'light', state: 'off' }, [
    '<turn*4|switch*4|shut*2> off {the} {lamp}',
    '<turn*4|switch*4|shut*2|flick> {the} {lamp} off',
    '<deactivate|disable|power off|power down|kill|douse|extinguish|cut|put out|turn out|switch out> {the} {lamp}',
    '<set> {the} {lamp} to off',
    '<put|turn> {the} {lamp} out',
    '<make> it dark',
    '<get> {the} {lamp} off',
    '!{the} {lamp} off',
    'off with {the} {lamp}',
    '(lights|light|lamp) out',
    '<quit> using {the} {lamp}',
    '<darken> the (room|area|place)',
  ]),
]

export const wait = [
  group(
    'wait/time',
    1,
    (random) => {
      const { text, parts } = duration(random)
      return { slots: { time: text }, wire: [{ skill: 'wait', ...parts }] }
    },
    [
      `!${hold} for {time}`,
      `${hold} for {time} more`,
      `${hold} for another {time}`,
      `${hold} for a total of {time}`,
      `${hold} for a (period|time|duration) of {time}`,
      '!<wait*6|pause*3|sleep*2|hold|rest|delay|idle|hang on> {time}',
      '<wait*4|pause*2> (here|there|where you are|right there|a total of|exactly|another|at least) {time}',
      '<wait> {time} before (you continue|continuing|you go on|going on|doing anything else|moving on)',
      '<wait*3|pause*2> until {time} (have|has) passed',
      '<let> {time} (pass|go by)',
      '<give> (it|me|us|him|them) {time}',
      "!(don't|dont) (move|do anything|go anywhere|move a muscle) for {time}",
      '<take> {time} (off|to rest)',
      '<hold> (it|on there|still there) for {time}',
      'wait {time} more',
      '<take> (a break|a pause|a rest|a nap) of {time}',
      '<make> a (pause|break) of {time}',
      '<do> nothing for {time}',
      '<do> not move for {time}',
      '<spend> {time} (waiting|doing nothing|resting)',
      '<have|take> a (rest|break|pause) for {time}',
      '<allow> {time} to pass',
      '<delay> (for|by) {time}',
      '<set> a (pause|delay) of {time}',
      '<keep> (waiting|still|quiet) for {time}',
      'for {time}, (wait|pause|do nothing|stay put|stay where you are|rest|stand still|just wait)',
      'for {time} (wait|pause|do nothing|stay put|rest|stand still)',
      '{time} (pause|break|wait|delay|rest)',
      'pause {time}',
      'a (pause|break|delay) of {time}',
    ],
  ),
]
