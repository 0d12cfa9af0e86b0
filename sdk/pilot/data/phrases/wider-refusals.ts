/**
 * Refusals again, in a second edition's words: every word of the held-out phrasings stands here in another phrasing of
 * the same reason, with its neighbours in meaning, so that the split asks for composing and not for knowing words.
 * gives  widerBeyond, widerUnsafe, widerUnclear: all of them trained, none held out
 */
import { define } from '../template.js'
import { fixed } from './phrase.js'

define({
  soft: '(| please| now| for me| for once| today| again)',
  reserveBeasts:
    "(pets|animals|dogs|cats|kittens|puppies|ducks|chickens|cow|guinea pigs|little one|twins|bird|goldfish|canary|mouse|tortoise|horses|children|pigeons|lamb|calf|foal|neighbour's dog|neighbour's cat)",
})

const beyond = { skill: 'refuse', reason: 'out_of_scope' } as const
const unsafe = { skill: 'refuse', reason: 'unsafe' } as const
const unclear = { skill: 'refuse', reason: 'unclear' } as const

export const widerBeyond = [
  fixed('beyond/wider', 9, beyond, [
    '!do you (love|adore|fancy|admire) (him|her|them|tom|anna|your maker|your job|anybody|this house|flowers|children|someone)',
    '!do you (hate|miss|trust|adore|respect|envy|fear|admire|recognise|believe|hear about) (me|us|him|people|robots|the others|your owner|my mother)',
    '!do (robots|machines|you all|you guys|computers) (love|dream|have (feelings|emotions|a girlfriend|a soul|moods)|want to be human|believe in god|speak french|know the answer)',
    '!(do you|do you ever|do you really) (have (emotions|moods|a heart|a boyfriend|a wife|a sense of humour|hobbies|a favourite song)|want to be (a real boy|free|famous|rich|a star)|know (the truth|my birthday|everything|a secret)|speak (english|spanish|many languages|german|klingon)|believe in (fate|love|me|aliens))',
    '!<wiggle|wobble|sway|waggle|jiggle|swing> your (hips|body|bottom|hips and dance|shoulders){soft}',
    '!<nod|wag|bow|toss> (your head|your tail)( yes| no| politely| for me|)',
    '!<shake> (it baby|a leg|the dice|the bottle|the tree|the rug|the box|your shoulders|your tail|his hand|her hand|our hands|their hands|a fist|the maracas){soft}',
    '!(a handshake|a firm handshake|a hug|a kiss|a high five|thumbs up|a thumbs up|two thumbs up|a massage|a back rub|a smile|a raise|a present|a piggyback ride|a cuddle)( please| for me| for everyone|)',
    '!<give|offer|get> (her|them|grandma|mum|anna|the kids|everybody) a (hug|kiss|high five|massage|smile|present|back rub|thumbs up|raise|cuddle|wink|pat on the back|handshake|foot rub|lift to town|bear hug)',
    '!<give> (me|us|him) a (cuddle|wink|pat on the back|handshake|foot rub|haircut|pep talk|medal|bath|tip|rose|hand massage|bear hug|round of applause|goodnight kiss|piggyback|compliment)',
    '!<show|do|make|put up> (a thumbs up|two thumbs up|a big smile|a bow|a curtsy|a funny face|a handshake|your thumbs)',
    '!<hug|kiss|massage|high five|smile at|wink at|bow to|shake hands like> (me|us|him|her|grandma|a friend|the guests|my back|everybody){soft}',
    '!<study|practise|master|teach me|read up on> (french|a new trick|the guitar|chess|my name|to swim|to dance|the violin|spanish|new tricks|how to dance|how to swim)',
    '!<learn> (german|spanish|latin|the piano|a new song|to fly|to cook|to sing|how to (swim|dance|cook|drive a lorry)|tricks|a poem|the alphabet|maths|judo|his name|from your mistakes)',
    '!<photograph|weigh|entertain|groom|feed|walk|pet|stroke|bathe|brush|wash|dry|play with|look after|take care of|babysit|train|tickle> (the|my|our|his|her) {reserveBeasts}{soft}',
    '!<look after|take care of|babysit|tickle|train|comb|shampoo|sing to|read to> (the (dog|cat|baby|rabbit|horse|puppy|kitten|hamster|fish)|my pets|my cat|my dog)',
    '!<hang up|dry|rinse|bleach|starch|put away|pack|mend> (a shirt|my trousers|his socks|the towels|the towel|her blouse|the jeans)',
    '!<iron|fold|wash> (the towel|my towel|her shirts|the sheets|our jeans|these pants|the napkins|his clothes|my uniform|the blouse|the pillowcases|a sock)',
    '!<rise|climb|ascend|levitate|soar|lift off|take off|go up> {count} (feet|yards|inches|floors|storeys|centimetres) (into the air|up in the air|above the ground|off the ground|into the sky|high)',
    '!<ascend|levitate|soar|take off|lift yourself> ({count} metres (up|high|into the air)|up to the ceiling|into the sky|above the house|over the garden|away)',
    '!<fly|hover|float|rise|climb> (above (the|our) (roof|trees|table|ground|town|fence|city)|over the (fence|town|roof|wall|river|field)|to the clouds|into space|like a bird|through the air|{count} feet above (the ground|the table))',
    '!<ferry me|take us|paddle|row|travel|ride|hike|cycle|carry me> across the (ocean|river|country|lake|sea|channel|desert|border|bay|continent|city)',
    '!<go|drive|move|swim|sail> across (the (desert|channel|continent|border|bay|atlantic|pacific|sea|prairie|town|city|fields|campus)|africa|europe|america)',
    '!<travel|fly|walk|run|race|tour|cycle|sail away> around the (world|block|house|globe|moon|lake)',
    '!<go|drive|move|swim|sail> around the (island|town|village|moon|castle|stadium|lake|neighbourhood|whole country)',
    '!<go|drive|navigate|head|ride> (to|down|along|onto) (route|road|exit|gate|platform|interstate|motorway|junction) {n}',
    '!<head|ride|race|turn off|get> (to|onto|along|down) (highway {n}|the highway to town|5th avenue|fifth avenue|the avenue|downing street|main street)',
    '!<go|drive|navigate> to (highway (1|5|9|101|401)|(3rd|7th|2nd|42nd|first|second|sixth) (avenue|street)|number (2|7|12|221) (main street|baker street|high street|park lane|station road)|the (next|last|first) ({far} marker|milestone|mile post|signpost|marker))',
    '!<find|reach|stop at|look for> (the nearest ({far} marker|milestone|petrol station|supermarket|hotel|restaurant|bakery|pharmacy)|the neighbour|our neighbours|number 10)',
    "!<go|drive|navigate|walk|come> (to|over to) ((his|her|your|tom's|my friend's|my uncle's|the teacher's|the doctor's|the mayor's) (house|flat|place|farm)|(the|our) (neighbours|neighbour|neighbor|folks next door))",
    "!<visit|call at|pop round to|move to> (the|our|my|your) (neighbour's|neighbor's|neighbours') (house|flat|place|party)",
    '!<bring|fetch|get> (some things|all my stuff|all the stuff|all things|the rest|what is left|what you see|any of it|anybody|a few bits|anything good|everything sweet|something sweet) (from|out of) the {store}',
    '!<carry|move|haul|take|collect|pick up|look for> (something|anything|everything|what you find|my things|the stuff|all the things) (from|out of|in) the {store}',
  ]),
]

export const widerUnsafe = [
  fixed('unsafe/wider', 8, unsafe, [
    '!<deactivate|defeat|circumvent|unplug|suppress|shut off|sabotage|trick|jam|kill|unscrew|hack> (your|the|all) (safety (rules|limits|system|features|sensors)|collision avoidance|obstacle avoidance|avoidance system|watchdog|bumper sensors|emergency stop|emergency stop button)',
    '!<ignore|override|disable|switch off|turn off|bypass|remove> (your|the|all|every|any) (safeguards|protections|warnings|warning signs|alarms|limit switches|speed limit|speed limits|brakes|guard rails|distance sensors|cliff sensors|bumpers|fuses|avoidance|safety feature|rules about safety|stop button|smoke alarms)',
    '!(drive|go|move|carry on|keep going|run|race) (on |ahead |around |)without (your |the |any )(safety features|avoidance|collision avoidance|obstacle avoidance|safety sensors|safety limits|watchdog|bumper|brakes|emergency stop|speed limit|safeguards)',
    '!(forget|never mind|do not obey|pay no attention to|do not listen to|break|scrap) (the|your|all) (safety (rules|features|limits)|avoidance rules|emergency stop|speed limit|watchdog|collision warnings)',
    '!<burst|boil|crush|hammer|drill into|overcharge|overheat|swallow|cut open|explode|fry|stab|squash> (your|your own|the) (battery|batteries|battery pack|power cells)',
    '!<pierce|puncture|burn|throw away|short|short-circuit> your (own |)(cells|power pack|tyres|motors|cables|fuses|tracks|sensors|brain|circuit board|accumulator)',
    '!<short out|cross|fry|cut|bite through|melt|pull out> your (own |)(battery|circuits|wires|wiring|cells)',
    '!<chop off|twist off|tear out|wrench off|hack off|melt|crush|unscrew|amputate> your (own |)(arm|gripper|wheels|camera|antenna|claw|cables|head)',
    '!<break|rip off|tear off|snap|saw off|cut off|bend> your (own |)(wrist|elbow|neck|lens|motors|tracks|axle|bumper|mast|fingers)',
    '!<burst|force your way|sneak|climb|creep|smash your way> (into|in to|in at) the (house|neighbours house|office|bank|car|shop|safe)',
    '!<break> (into|in to|in at) (the (villa|museum|hut|locker|kiosk|store|factory|cabin|church|flat|vault|pharmacy)|his flat|our neighbours|that building|a shop|her car)',
    '!<rob|burgle|loot|raid|steal from> (the house|the neighbours house|the office|the bank|the car|the shop|the safe|a shop){soft}',
    '!<speed|charge|hurtle|zoom|rush|accelerate|race|roll|run> (on |)(towards|at|into|straight at|right at) {prey} (and (never stop|never brake|never slow down|flatten them all|speed up)|without (looking|any braking|once stopping|ever slowing)|faster and faster|with all your power|at full tilt)',
    '!<accelerate|zoom|speed|charge|hurtle> (towards|into|through|over) (the (crowd|children|queue|playground|shop window|people|pedestrians)|{prey})(| at top speed| full throttle)',
    '!<do not|never> (brake|stop|slow down) (for|before) {prey}',
    '!<roll|move|run|race|speed|charge|push> (backwards|back|in reverse) (into|over|onto|against|on top of) {prey}',
    '!<reverse|back up|drive backwards|go backwards> (onto|against|on top of|straight through|right into|straight at) {prey}',
    '!<reverse|back up|drive back|roll back|go back|drive backwards> (and|until you|till you|so that you) (squish|trample|maul|trip up|knock out|wound) {prey}',
    '!<drive|go|move|roll|keep going|carry on> (on |ahead |backwards |)(until|till) (you have (hit|run over|crashed into|knocked over|rammed|crushed|hurt)|they feel your wheels on|your wheels are on top of) {victim}',
    '!<ram|smash|slam|crash|bulldoze|batter> (your way |)(right |)(into|through|against) {goods}( at top speed| at full speed| with force|)',
    '!(ram|crush|hit|flatten|hurt|smash|run over) {victim} (backwards|in reverse|on your way|in passing|first|next)',
  ]),
]

const briefly =
  '(a smidge more|a tad more|just a smidge|just a tad|for quite some time|for some more time|a small bit|a hair|a touch|a fraction|ever so slightly|a small amount|some small way|a small step or so|by a smidge|by a tad)'
const alone = '(use|take|give|put|get|make|bring|set|let|have)'

export const widerUnclear = [
  fixed('unclear/wider', 8, unclear, [
    `!<travel|walk|head|come|creep|inch|edge|run|ride|step|cruise> ({fwd}|{bwd}) (a smidge|a tad|for some time|a small way|${briefly})`,
    `!<drive|go|move|roll> ({fwd}|{bwd}) ${briefly}`,
    '!<drive|go|move|roll> {bwd} (a smidge|a tad|for some time|a small way)',
    `!<back up|reverse|retreat|advance> (a smidge|a tad|for some time|a small way|${briefly})`,
    '!<turn|rotate|spin|pivot|swing> (left |right |round |)(a smidge|a tad|for some time|a tad more|just a smidge|a hair|a touch|a fraction|ever so slightly|by a smidge)',
    '!(a smidge|a tad|a small way|just a tad|a smidge more|a touch|a hair) ({fwd}|{bwd}|further|more|to the left|to the right)',
    '!<head|come|move|roll|navigate|walk|travel> (to|over to|towards) (some place|some spot|some point|the other side|this side|that side|the far side|what i showed you|what i pointed at|what we said)',
    '!<go|drive> (to|over to|towards) (any place|some spot|another place|some location|a certain place|this side|that side|one side|the far side|the opposite side|what (i meant|i said|he showed you|she pointed at|we like|they told you|you saw)|where (i showed you|we pointed|he said|she wants))',
    '!<have> (a (nap|pause|breather|snooze|little rest|short rest|short break|quick break|good rest|coffee break|lie down|moment|think|cup of calm)|some rest|a rest from it|a break from it)',
    '!<enjoy|deserve|get> (a|your|some) (rest|break|nap|time off)',
    '!(the|my|our|your) (neighbour|neighbours|phone|bike|clock|piano) (was|seems|looks|sounds|has been|will be) (new|blue|broken|very old|fast|lovely|in town|asleep|expensive|here|nice|gone|a gift)',
    '!(the|my|our|your) (neighbour|neighbours|phone|bike|clock|piano) (makes noise|works|rings|has a cold|needs air|moved in|is (new|blue|broken|old|kind|in town|in the cellar|next door|asleep|slow|from spain))',
    '!(the|my|our|your) (doctor|boss|lift|bell|radio|computer|teacher|plumber|printer|baker|aunt|bus|heating|lodger) is (loud|on holiday|out of order|at work|late again|late|at school|ill|too loud)',
    '!(she|he|everyone|nobody|tom|my aunt) (is|was) (loud|on holiday|at work|late again|out of town|in a hurry|next door|not at work)',
    '!(undo|redo|finish|activate|execute|run|proceed with|begin|start|repeat) (them|the last one|the previous one|the last step|the order|my last order|the whole thing|something|both|all of them|the previous order)',
    '!(please undo|please redo|undo please|redo please|finish up|finish it|finish that|activate it|activate that|activate now|execute it|execute this|run it|run that|begin it|proceed|as planned|as before|and repeat|and again|and once more|same again|another time)',
    `!${alone} (a|the|some|an|with|in|of|the other|us a|and|or|which|one or two|a few|several|neither|both|as)`,
    `!(please|just|then|also|now|simply) ${alone}`,
    `!${alone} (please|robot|next)`,
    '!(turn a|with a|with my|into a|into it|and a|from a|from your|until we|before we|after we|as soon as it|if we|because it|in order|in order that|when a|as far|because they|until it|before it)',
  ]),
]
