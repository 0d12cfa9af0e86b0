/**
 * What holds no complete command: greetings, statements, missing essentials, negations, gibberish.
 * gives  groups, those of ./unclear-talk and ./unclear-lack among them; other languages are in ./foreign
 */
import { duration } from '../quantity.js'
import { define } from '../template.js'
import { invented, mash, word } from '../words.js'
import { anyTalk } from './anything.js'
import { fixed, group } from './phrase.js'
import { lack } from './unclear-lack.js'
import { lone } from './unclear-lone.js'
import { talk } from './unclear-talk.js'
import { widerUnclear } from './wider-refusals.js'

define({
  vague:
    '(a bit*3|a little*3|a little bit*2|a short distance|some distance|a few steps|a way|a little way|a small distance|somewhat|a long way|far|very far|not too far|some more|a little further|a tiny bit|a good distance|for a bit)',
  while_:
    '(a while*3|a moment*4|a bit*3|a little while*2|some time*2|a little*2|a short time|as long as needed|a long time|a sec or so|a little longer|ages|some moments|a little bit)',
})

const refuse = { skill: 'refuse', reason: 'unclear' } as const
const hello =
  '(hello*4|hi*4|hey*3|good morning*2|good evening*2|good afternoon|good day|howdy|greetings|hiya|yo|good night|hallo|morning|hello again)'

export const unclear = [
  fixed('unclear/greeting', 2.5, refuse, [
    `!${hello}`,
    `!${hello} (robot*3|rover*2|there*2|lutra|buddy|my friend|little robot|everyone|again|mate)`,
    `!${hello}(,|!|) how (are you*3|are you doing|is it going|are things|do you do|are you today|have you been)`,
    '!how (are you*3|are you doing|is it going|are you today|do you do)',
    "!(what's up|what is up|sup|nice to meet you|pleased to meet you|long time no see|welcome|welcome back|how's it going|are you there|are you awake|you there|anybody there|can you hear me)",
    '!(thank you*2|thanks*2|thanks a lot|thank you very much|cheers|bye*2|goodbye*2|see you|see you later|farewell|well done|good job|good boy|good robot|nice|great|awesome|perfect|cool|sorry|congratulations|bravo|excellent)',
    "!(yes*2|no*2|ok*2|okay|maybe|sure|yep|nope|hmm|um|uh|what|why|huh|oh|ah|well|right then|so|and|then|please|really|never mind|nevermind|forget it|whatever|fine|alright|of course|i see|exactly|hm|er|mhm|lol|haha|hahaha|oops|wow|ok then|and then|pardon|come on|let's go)",
    '!(hey|ok|okay|listen|so|um|uh|well) (robot|rover|lutra|you|buddy|there)',
  ]),
  fixed('unclear/statement', 3, refuse, [
    '(i|we|they|my brother|my sister|the children|people) (like|love|hate|want|need|have|miss|prefer|remember) (pizza|cats|robots|you|music|coffee|a new car|the summer|my dog|holidays|ice cream|the sea|that|everything|red shoes|football)',
    '(the|my|your|his|her) (sky|cat|dog|car|house|food|weather|coffee|sister|brother|garden|robot|book|ball|battery|kitchen|sofa|day|soup|floor|shirt|hair) (is|was|looks|seems) (blue|nice|big|hungry|tired|great|cold|red|very old|broken|beautiful|empty|strange|funny|green|dirty|wonderful|too small|warm|quite good|low)',
    'i am (hungry|tired|happy|sad|bored|cold|your master|at home|in the kitchen|so sorry|thirsty|busy|angry|not sure|lost|late|an engineer|the boss)',
    'you are (nice|great|a robot|funny|stupid|my best friend|slow|the best|cute|weird|fast|so smart|useless|clever|beautiful|broken)',
    '(it|that|this) (is|was) (nice|great|raining|cold|a test|late|wrong|fun|my birthday|monday|dark|a lovely day|not good|too loud|the wrong way|boring|strange|good|not what i meant)',
    '(yesterday|today|tomorrow|last week|this morning) (i|we|my friend|the cat|she|he) (went|was|saw|will be|had|ate|met|came) (home|happy|a film|there|lunch|late|a bird|at school|an old friend)',
    '(there is|there are|we have|i see) (a cat|milk|two dogs|a problem|nothing|a party|some cake|a storm|many people|a spider) (in the (kitchen|garden|fridge|house|office)|here|outside|on the table|tonight)',
    '(the|a) (kitchen|door|table|robot|ball|cat|man|light|garden|chair|shelf) (and|or|of|with|near) (the|a) (window|sofa|dog|box|lamp|wall|woman|car|tree|cup|floor)',
    "(i think|i believe|i guess|i hope|i know|i don't think|i wonder if|maybe) (it will rain|you are right|we are late|that is it|he is at home|she likes it|cats are funny|it is fine|so|you are tired)",
    '(my name is|i am called|call me|this is|here is) (tom|anna|lisa|peter|max|bob|maria|john|susan|kim)',
    '^(the|my) (phone|bike|clock|piano|neighbour) is (loud|on holiday|out of order|at work|late again)',
    'once upon a time there was (a king|a robot|a little girl|a cat|a dragon)',
  ]),
  fixed('unclear/distance', 5, refuse, [
    '<drive*5|go*5|move*5|roll*3|travel|walk|proceed|head|advance|ride|run>',
    '<drive*4|go*5|move*5|roll*3|head*2|travel|walk|step|proceed|come|run|ride> {fwd}',
    '<drive*4|go*5|move*5|roll*3|travel|walk|step|come|run|head> {bwd}',
    '<reverse*3|back up*3|back off|retreat|advance*2|back away>',
    '<drive|go|move|roll|walk|come|head> {fwd} {vague}',
    '<drive|go|move|roll|walk|come> {vague}( {fwd}| {bwd}|)',
    '<drive|go|move|roll|come> {bwd} {vague}',
    '<back up|reverse|back off|advance|retreat> {vague}',
    '<drive|go|move|roll|run> (around*3|about|along|on|fast*2|slowly*2|quickly|faster*2|slower*2|away*2|anywhere|nowhere|some metres|a few metres|several metres|a few feet|a couple of steps|some more)',
    '<drive|go|move|come|head|walk|run> (somewhere*3|there*3|over there*3|here*2|over here*2|anywhere*2|to it|to that|to the place|to somewhere|somewhere else|elsewhere|this way|that way*2|to the other one|to the thing|where i said|to that place|to them|to a place|away from here|someplace|wherever you want|wherever you like)',
    '<go|drive|navigate|head> to',
    '<go|drive|move> (forward|backward|back|ahead) (by |for )(some|a few|several|x|many|a number of|n) (metres|meters|centimetres|feet|inches|steps)',
    '(forward*2|backward|backwards|ahead|straight|straight on|straight ahead|further|faster|slower|more|again|less|closer|a bit more|onward)',
    '<speed up|slow down|accelerate|hurry|hurry up|come closer|get closer|get going|get moving|keep going|keep moving|carry on|continue|go on|move it|move along|start moving|start driving>',
    '<drive|move|go> the (car|robot|rover)',
    '^<drive|go|move|roll> {fwd} (a smidge|a tad|for some time|a small way)',
    '^<go|drive> to (some place|the other side|what i showed you)',
    '<travel|cover> (a|the|some) distance',
  ]),
  fixed('unclear/time', 2, refuse, [
    '!<wait*6|pause*4|hold on*3|hang on*2|stand by*2|rest|sleep*2|idle|stay|stay put>',
    '<wait*5|pause*3|hold on|hang on|rest|sleep|stay here|stay there|stand by|stay put> (for |){while_}',
    '<wait*3|pause|hold on> (for (me|him|her|us|them|it|the others|a few seconds|some seconds|a few minutes|some minutes|several minutes|a number of seconds)|please|here|there|some more|longer)',
    '!<take> a (break|rest|pause|nap)',
    '<have> a (break|rest)',
    '<wait> (a few|some|several|many) (seconds|minutes|moments|hours)',
  ]),
  fixed('unclear/missing', 2, refuse, [
    '!<say*5|speak*3|talk*3|tell|announce|shout|whisper|utter|tell me|talk to me|say something*3|say anything|say it|say that|speak up|say something nice|say a few words|say the words|say the word|say something to me|speak to me>',
    '<turn*4|rotate*3|spin|pivot|swivel> (a bit|a little|slightly|some degrees|a few degrees|some more|by a few degrees|a little bit|by some degrees|by x degrees|by an angle|somewhat|further|more|again|until i say|as much as needed)',
    '!<turn*3|rotate*2|pivot|swivel>',
    '!<look*2|look at|look at it|look at that|look there|see|watch|check|check it|have a look>',
    '!<move your arm|use your arm|use your gripper|use the gripper|move the gripper|move the arm|do something with your arm|use your hand|move it|move that|move your hand|put it|put that|set it|set the light|change the light|change it|adjust it|do something with the light>',
    '<do> (something*3|it*3|that*2|anything|your thing|whatever|what i said|the thing|your job|the usual|this|the same|the other thing|what you want|what you like|what you can|nothing special|stuff|your best|that thing again|the same as before)',
    '<repeat> (that|this|it|everything) (two|three|four|five|2|3|4|5) times',
    '(do that|do it|repeat|do this|again) (twice|three times|five times|4 times)',
    '(left or right|up or down|forward or backward|maybe left|perhaps right|here or there|now or later|on or off|which way|this or that)',
    '(help*3|help me*2|i need help|can you help me|could you help|i need you|do you understand|do you understand me|are you ready|ready|is it done|are you done|did you do it|where are you|what are you doing|wake up|get ready|be ready|prepare yourself|be nice|be good|be careful|be quiet|calm down|be a good robot|behave|pay attention|listen to me|listen|look out|watch out|be quick)',
    '(the|my|a) (red|blue|big|small|old|other|second|left|right|first|round|long|nice) (one|thing|ball|box|cup|side|way|part|door)',
  ]),
  fixed('unclear/negation', 3, refuse, [
    "(don't*5|do not*4|never*2|dont*2|please don't*2|you must not|you should not|you shouldn't|i don't want you to|under no circumstances|you may not|you can't) (turn left*2|turn right*2|turn around|turn|drive forward|drive|move forward|move|go to the kitchen|go to the door|go to the garage|open the gripper|close the gripper|grab the ball|raise the arm|lower your arm|turn on the light|turn off the light|look up|look left|wait|say anything|say hello|drop it|let go|go back|reverse|drive backwards|go there|do that|do anything|touch it|touch that|go anywhere|wait for me|back up|spin around|look at me)",
    "(don't*3|do not*3|never) (drive|go|move|roll|back up|reverse) (forward |backwards |)(two metres|1 metre|50 cm|ten feet|three meters|5 m|half a metre|a metre)",
    "(don't*3|do not*3|never) (turn|rotate|spin) (left |right |)(90 degrees|by 45 degrees|180 degrees|a full turn|ninety degrees)",
    "(don't*2|do not*2) wait (for |)(five seconds|10 seconds|a minute|3 s|two minutes)",
    "!(don't*2|do not*2) (stop*3|stop now|stop moving|halt|stop yet|freeze|stop there|stop driving)",
    "(turn left|turn right|go forward two metres|drive 1 metre|go to the kitchen|open the gripper|look up|wait 5 seconds|raise your arm|lights on)(,|...|) (no|no wait|never mind|forget it|actually don't|no don't|scratch that|actually never mind|or not|better not|no forget that)",
    "(i don't want|i do not want|nobody wants) (you to (move|turn|drive|do that|go|say anything)|that|anything|this)",
    "(you don't have to|no need to|there is no need to|you needn't|you do not need to) (turn left|wait|drive|move|go to the door|look up|say anything|hurry|open the gripper|turn around|do anything)",
  ]),
  group('unclear/duration', 1, (random) => ({ slots: { time: duration(random).text }, wire: [refuse] }), [
    '<drive*4|go*4|move*3|roll*2|travel|run> {fwd} for {time}',
    '<drive*4|go*4|move*3|roll*2|run> {bwd} for {time}',
    '<drive*3|go*2|move*2|reverse*3|back up*2> for {time}',
    'for {time} (drive|go|move) ({fwd}|{bwd})',
    '<keep> (driving|going|moving|reversing) for {time}',
  ]),
  group(
    'unclear/gibberish',
    3,
    (random) => {
      const n = random.int(1, 7)
      const kind = random.int(0, 4)
      const make =
        kind === 0
          ? () => mash(random)
          : kind === 1
            ? () => invented(random)
            : kind === 2
              ? () => word(random)
              : () => (random.chance(0.5) ? word(random) : mash(random, 1, 8))
      const text =
        kind === 4 && random.chance(0.4)
          ? random.pick([
              String(random.int(0, 99999)),
              '?',
              '???',
              '...',
              '!',
              '!?',
              '-',
              '1 2 3',
              'a b c',
              '@#%',
              '*',
              '12 34',
              '()',
              ':)',
              ':-(',
              'x',
              '0',
              '#',
              '&',
              'asdf',
              'qwertz',
              'qwerty',
              'asdfasdf',
              'blah blah',
              'blah',
              'bla bla bla',
              'la la la',
              'foo bar',
              'lorem ipsum',
              'test',
              'abc',
              'xyz',
              'hjkl',
              'aaaa',
              'zzz',
            ])
          : Array.from({ length: n }, make).join(' ')
      return { slots: { text: `⟦${text}⟧` }, wire: [refuse] }
    },
    ['!{text}'],
  ),
  ...anyTalk,
  ...talk,
  ...lack,
  ...lone,
  ...widerUnclear,
]
