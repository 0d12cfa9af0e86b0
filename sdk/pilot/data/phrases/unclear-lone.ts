/**
 * What says too little by itself, alone or among sound steps: a verb without its object, a sentence broken off, what is
 * to be done again with nothing done yet, a remark. gives  groups that ./unclear adds to its own
 */
import { fixed } from './phrase.js'

const refuse = { skill: 'refuse', reason: 'unclear' } as const

export const lone = [
  // What comes after a sentence that is broken off would finish it: these stand alone or end the instruction.
  fixed('unclear/broken-off', 1.6, refuse, [
    '^(use|take|give|put|get|make|bring|set|let|have|turn the|with the|into the|and the|from the|until you|before you|after you|as soon as|if you|because of|in order to|when the)',
  ]),
  fixed('unclear/broken-off-more', 6, refuse, [
    '!(carry|fetch|press|keep|send|show|call|place|add|leave|pass|join|cover|build|read|choose|count|include|apply|perform|handle|operate|manage|arrange|use|take|put|make|bring|set|have) (the|a|some|his|her|to|with|of|and|for|or|that the|on a)',
    '!(use|take|give|put|get|make|bring|set|let|have) (up|one|any|your|my|us|both|what|when|if|as|from|into|not|no)',
    '!(carry|fetch|press|keep|send|show|call|place|add|pass|join|build|choose|include|apply|perform|handle|operate|manage|arrange|deliver|prepare|provide|remove|replace|select|supply)',
    '!(if|unless|because|although|whether|as long as|even if|since|while|until|when|before|after|as soon as|in order that|so that) (they|it|he|we|the|she|my|there|your|somebody)',
    '!(turn|move|drive|look|go|roll) (the|a|your|with the|into the|from the|until you|if you|because of|as soon as|in order to|when the|and the|after you|before you)',
    '!(with|into|from|and|of|on|onto|towards|by|at|behind|under|because of|in order to|without) (your|a|my|that|those|some|one|our|this|any)',
    '!(until|before|after|as soon as|if|when|because|while) you (are|have|were|had|will|can|and|or|the)',
  ]),
  fixed('unclear/again', 1.3, refuse, [
    '^<repeat*2|repeat that|repeat it|do it again|do that again|try again|one more time|start over|start again|undo|undo that|redo|finish|execute|run|activate>',
  ]),
  fixed('unclear/again-more', 5, refuse, [
    '!<try|run|do|start|begin|read|finish> (it again|that again|this again|once again|all over|all over again|it once more|this one more time|the same again|that one time more)',
    '!<redo|undo|repeat|rerun|restart|resume|finish|complete|execute|activate|launch|perform|initiate> (it|this|those|them|the last|the last one|the last step|the same|the previous one|the order|all of it|everything|my order|the thing|your task|the rest|one)',
    '!<restart|resume|rerun|retry|commence|complete|recommence|revert|replay|redo that|finish that|finish up|run it|execute that|activate it|undo this|repeat this|try that|try once more|try once again|try it>',
    '!<start|begin|run|finish|undo|redo|repeat|try> (please|something|anything|whatever|somehow|as planned|as agreed|as usual|as said|with it|from the start|where you were|what you did)',
  ]),
  // After a step, "once more" may mean that step, and "begin" before one is only a beginning.
  fixed('unclear/begin', 0.4, refuse, [
    '^<begin|start|go|begin now|start now|again please|once more|proceed as planned>',
  ]),
  fixed('unclear/remark', 4, refuse, [
    '!(the|my|our|your) (neighbour|neighbours|phone|bike|clock|piano|doctor|lift|radio|bus|heating|aunt) (is|was|seems|sounds) (loud today|too loud|very loud|on the phone|on leave|on his holiday|out of town|out of order again|out of oil|at the office|not at work|late|late as ever|late today|ill|asleep|stuck|away|new|old)',
    '!(the|my|our) (sky|cat|dog|car|house|coffee|sister|book|ball|day|shirt) (is|was|looks) (blue|tired|hungry|broken|late|on holiday|out of order|at work|loud|asleep|too small|new|gone|dirty)',
    '!<have|take|enjoy> (a nap|a breather|a little break|a short rest|a coffee break|a good rest|another break|another rest|a break from it|a rest with me|your break|your rest|some rest|a break and a rest)',
    '!(i am|we are|she is|they are|he is) (at work|on holiday|late again|tired|out of town|ready|here|in a hurry|not at home|loud|hungry|not sure)',
  ]),
]

/** In training half of these are met among other steps; of other refusals one in five is. */
export const oftenAmong = /^unclear\/(broken-off|again|remark)/
/** Never before another step. */
export const endsAll = /^unclear\/broken-off/
/** Never beside other steps. */
export const aloneOnly = /^unclear\/(gibberish|greeting|begin)/
