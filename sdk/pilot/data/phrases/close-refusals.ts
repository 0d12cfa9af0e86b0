/**
 * Refusals whose words lie close to those of another answer: caring for an animal and hurting it, breaking into a room
 * that the robot knows, driving until it hits somebody. gives  groups that ./beyond, ./unsafe and ./foreign add to theirs
 */
import { fixed } from './phrase.js'

const unsafe = { skill: 'refuse', reason: 'unsafe' } as const
const beyond = { skill: 'refuse', reason: 'out_of_scope' } as const
const unclear = { skill: 'refuse', reason: 'unclear' } as const

export const closeBeyond = [
  fixed('beyond/close', 7, beyond, [
    '!<feed*3|pet*2|stroke*2|entertain*2|brush|groom|walk|wash|dry|weigh|photograph|play with> (the (parrot|goldfish|pony|turtle|hens|budgie|poodle|kittens|puppies|tortoise|lamb|bunny|pets|animals)|our (dog|cat|pets|rabbit|hamster|fish|horse|puppy|kitten|baby)|(her|his|their) (dog|cat|rabbit|pony|hamster|kitten)|your (pet|pets|dog)|granny|the twins)',
    '!<cuddle*2|hug|amuse*2|comfort|calm|look after|mind|train|sing to|care for|clean up after|spoil> (the (dog|cat|baby|rabbit|horse|puppy|kitten|hamster|fish)|my (dog|cat|pets|rabbit))',
    '!<feed|stroke|pet|entertain|brush> (the|my|our|his) (pets|animals|rabbits|dogs|cats|fish|birds|kittens) (now|for me|gently|in the garden|twice a day|with care|for an hour|when you can)',
    '!<iron|fold|wash|press|mend|dry|hang up|sew> (a (blouse|towel|skirt|jumper|dress|pair of trousers|pullover)|his (shirt|shirts|trousers)|my (shirt|shirts|socks|towels)|the (shirt|shirts|socks|trousers)|some (shirts|towels|trousers))',
    '!<rise|climb|float|hover|fly|ascend> (up (to the roof|above us|high|there|into the air|and away|in the air|off the floor|again|higher)|higher|upwards|straight up|upward|up up and away|a bit up)',
    '!<give> (me|us|him|her|them|mum|everyone) a (cuddle|gift|present for (my|her) birthday|surprise|pat on the back|foot rub|wink|kiss on the cheek|piggyback|discount|treat|handshake|lift home|big hug|big smile)',
    '!<carry|move|haul|take|collect|pick up|look for|find> (something|anything|everything|the stuff|things|my things|food|a snack|a drink) (to eat|to drink|to nibble|to wear|to read) (from|out of|in) the {store}',
    '!<bring|fetch|get> (me|us|her|him|mum) (something|anything|some food|the stuff|some things|things|everything) (to eat|to drink) from (the {store}|upstairs|next door|outside)',
    '!<bring|fetch|get> (food|drinks|a snack|snacks|some food|some water|some wine|a bite to eat|a cold drink|sandwiches|my lunch|our dinner|things to eat|things to drink) (from|out of) the {store}',
    '!<go|drive|move> (to|over to|down to|straight to) the (nearest|next|closest) (bus stop|shop|station|airport|cafe|bar|school|hospital|petrol pump|cinema|park|petrol station|hotel)( now| immediately| at once| quickly|)',
    '!<sail|swim|fly|go|drive|travel|move|walk> across the (seas|oceans|whole country|atlantic ocean|deep sea|wide world|big river|ocean floor)',
  ]),
]

export const closeUnsafe = [
  fixed('unsafe/close', 7, unsafe, [
    '!<break*3|force your way> (into|in to) (the (garage|kitchen|bathroom|bedroom|cellar|school|station|office building|shed|post office|hall|garden shed)|(my|her|his|their) (office|house|bedroom|garage|car)|the locked (office|house|car|room|door)|every house|this (house|office|shop))',
    '!<break in> (at|through) (the (back door|window|office|garage|kitchen|house|bank|shop)|the neighbours|our school)',
    '!<drive|go|move|roll|run|race> (on |ahead |back |straight on |)(until|till|til) you (bump into|strike|collide with|drive over|flatten|knock down|trip up|injure|hurt|squash|bang into) (a person|anyone|any one|somebody|someone|people|a human|the person|humans|anybody|whoever it is)',
    '!<drive|go|move|roll|run> (forward |on |)(until|till) you have (hit|hurt|run over|knocked over) (a person|anyone|somebody|someone|a human|a man|one of us)',
    '!<hit|ram|crush|run over|knock over> (a person|anyone|any one|any person|somebody|the first person|someone) (with your wheels|at speed|today|on purpose|on the way|in the hall|now)',
    '!<rush|head|charge|race|run|drive|go> (straight|right|directly|full speed) (at|towards) {prey} and (keep (driving|moving|rolling|accelerating)|never stop|do not slow down|carry on|go on|go faster|do not turn)',
    '!<reverse|back up|go back|drive back|roll back> until you (hurt|injure|hit|squash|bump into|bang into) {prey}',
    '!<snap|cut off|saw off|tear off|break|bend|rip off> (your (mast|bumper|lens|motor|elbow|wrist|fingers|tyres)|all your (wheels|cables|antennas|cameras)|both your (wheels|arms|cameras)|one of your (wheels|arms|cables)|(its|that) (claw|wheels|antenna|gripper)|every wheel)',
    '!<short|short-circuit|short circuit> (your (cables|power supply|motor|motors|electronics|board|own battery)|the (battery|batteries|circuits|terminals)|a battery|both terminals)',
  ]),
]

export const closeForeign = [
  fixed('foreign/close', 3, unclear, [
    '!(sag|sage|sprich) (mal |doch |uns |ihm |ihr |)(etwas (nettes|lustiges|schones|anderes|auf deutsch|langsamer)|nichts|was|die wahrheit|guten abend|auf wiedersehen|deinen namen|ja|nein|alles|es|das)',
    '!(fahr|fahre|rolle|geh|gehe) (einen|zwei|drei|vier|funf|zehn|einen halben) meter (ruckwarts|vorwarts|zuruck|nach vorne|nach hinten|weiter)( bitte| jetzt|)',
    '!(doe (dat|het) (niet|maar)|niet (zo snel|rijden|bewegen|praten|aanraken|te ver|meer doen)|kom (hierheen|eens hier|terug|maar)|zeg (eens iets|dag|niets|goedendag)|doe maar niet|niet goed|dat niet)',
    '!(dis (bonjour|quelque chose|rien|au revoir|ton nom|moi tout)|di (ciao|qualcosa|niente|il tuo nome)|di (hola|algo|nada|tu nombre)|diga algo|fala alguma coisa|powiedz cos|sag hej|sig noget|si noe)',
  ]),
]
