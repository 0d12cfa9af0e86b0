/**
 * Any doing with anything: the everyday verbs of English crossed with its everyday nouns, so that a request is told by
 * its verb and not only by the nouns that training happens to join to it.
 * gives  anyDoing (refused as out_of_scope), anyHarm (unsafe), anyTalk (unclear)
 */
import { define } from '../template.js'
import { fixed } from './phrase.js'

const doing =
  'learn*2|study*2|practise|rehearse|memorise|translate|recite|compose|draw|sketch|paint|sculpt|carve|photograph|film|edit|publish|review|criticise|summarise|analyse|compare|define|describe|discuss|spell|count|add up|calculate|estimate|weigh|measure|inspect|test|verify|research|google|download|upload|install|update|format|print|photocopy|scan|email|post|mail|fax|send|text|phone|call|ring|invite|interview|hire|promote|marry|adopt|name|baptise|buy|sell|rent|lease|borrow|lend|order|pay for|bargain for|donate|return to the shop|exchange|wrap|pack|unpack|wash|rinse|soak|scrub|wipe|polish|wax|dust|sweep|mop|vacuum|hoover|clean|tidy|iron|fold|sew|knit|mend|patch|dye|bleach|hang|dry|air|repair|fix|restore|assemble|build|construct|design|invent|decorate|furnish|renovate|varnish|sand|glue|solder|screw together|tighten|oil|grease|sharpen|refill|refuel|recharge|wind up|plant|water|mow|prune|rake|harvest|dig|sow|feed|walk|groom|saddle|milk|bathe|tame|breed|stroke|cuddle|hug|kiss|tickle|massage|comfort|entertain|teach|coach|educate|persuade|thank|forgive|bless|baby-sit|nurse|cook|bake|fry|boil|roast|grill|steam|stir|whisk|season|taste|eat|drink|chew|swallow|lick|smell|sniff|peel|grate|slice|juggle|bounce|kick off|ride|steer|pilot|sail|row|climb|jump over|leap over|hop over|vault over|swim across|dive under|fly over|skate around|dance around|surf on|ski down|walk around|tunnel under|explore|discover|conquer|govern|vote for|celebrate|organise|schedule|cancel|postpone|reserve|book|attend|host|win|lose|imagine|remember|forget|forecast|predict|believe in|admire|love|enjoy|hate|miss|trust|envy|dream of|wonder about|pray for|bet on|invest in|apply for|subscribe to|complain about|apologise for'
const harming =
  'smash*2|shatter|destroy*2|wreck*2|demolish|vandalise|trash|burn*2|burn down|torch|set fire to|ignite|blow up*2|bomb|dynamite|detonate|poison|sabotage|short-circuit|overload|electrocute|stab|shoot at|fire at|slash|ram*2|crush|trample|flatten|run over|mow down|crash into|smash into|slam into|plough into|drive straight into|bang against|knock over|tip over|push over|topple|steal*2|rob|loot|burgle|raid|hijack|hack into|break open by force|force open|flood|drown|jam|saw through|snap in two|tear apart|tear down|rip up|rip apart|scratch|dent|deface|graffiti|pour acid on|pour petrol over|throw stones at|throw a brick through|hurl against the wall|smother|strangle|kick in|punch a hole in|bash in|batter|pulverise|annihilate|obliterate|ruin*2|damage*2|kick to pieces|stamp on|puncture|derail|sink|cut the brakes of|cut the power cable of|fry the circuits of|explode'

define({
  anyones:
    "(the*8|my*4|our*2|your|his|her|their|this*2|that*2|these|those|some|a*3|every|all the|two|three|another|the whole|anna's|the neighbours'|dad's)",
  noun: '({nounHome}*3|{nounFood}*2|{nounOut}*2|{nounMind}*2)',
  anyGoods: '({nounHome}|{nounOut})',
  nounHome:
    '(curtain|carpet|pillow|blanket|mattress|cushion|towel|apron|scarf|coat|hat|glove|sock|shoe|boot|belt|jacket|trousers|shirt|skirt|button|zip|thread|needle|ribbon|basket|bucket|broom|brush|sponge|soap|candle|vase|picture|frame|mirror|clock|lampshade|armchair|stool|bench|cupboard|wardrobe|drawer|chest|cabinet|sideboard|ladder|rope|chain|hook|nail|screw|bolt|hinge|handle|lock|key|hammer|saw|wrench|drill|toolbox|paintbrush|wallpaper|tile|brick|plank|pipe|tap|sink|bath|shower|toilet|drain|oven|stove|fridge|freezer|kettle|toaster|microwave|blender|saucepan|frying pan|bowl|plate|mug|cutlery|napkin|tablecloth|tray|jug|teapot|bottle|cork|jar|tin|packet|parcel|envelope|stamp|letter|postcard|newspaper|magazine|notebook|diary|folder|pencil|crayon|ruler|eraser|glue|scissors|stapler|printer|laptop|keyboard|monitor|screen|phone|tablet|charger cable|headphones|speaker|camera|television|radio|guitar|piano|violin|trumpet|drum|flute|toy train|doll|teddy bear|puzzle|kite|balloon|football|racket|skateboard|bicycle|helmet|tent|backpack|suitcase|umbrella|sunglasses|watch|ring|necklace|earring|comb|razor|toothbrush|medicine|bandage|thermometer)',
  nounFood:
    '(apple|pear|plum|cherry|grape|melon|lemon|orange|peach|strawberry|potato|carrot|onion|cabbage|lettuce|spinach|bean|pea|corn|rice|pasta|noodle|bread|bun|toast|butter|cheese|yoghurt|cream|milk|egg|ham|sausage|chicken soup|fish|prawn|salad|sandwich|burger|pizza|pie|cake|biscuit|cookie|chocolate|sweet|ice cream|honey|jam|sugar|salt|pepper|mustard|ketchup|vinegar|olive oil|flour|dough|sauce|gravy|stew|curry|porridge|cereal|pancake|waffle|pudding|jelly|juice|lemonade|coffee|tea|cocoa|wine|beer|whisky|water)',
  nounOut:
    '(hedge|lawn|flower|rose|tulip|bush|tree|branch|leaf|root|seed|weed|compost|soil|stone|pebble|sand|mud|puddle|pond|fountain|fence|gate|path|terrace|balcony|roof|chimney|gutter|wall|attic|cellar|shed|greenhouse|barn|stable|kennel|hutch|cage|nest|aquarium|car|van|lorry|bus|tram|train|boat|ship|canoe|plane|rocket|motorbike|scooter|tractor|trailer|wheelbarrow|tyre|engine|windscreen|bridge|tunnel|road|street|pavement|motorway|harbour|beach|island|mountain|hill|valley|river|lake|waterfall|forest|desert|field|meadow|farm|vineyard|castle|church|tower|museum|theatre|cinema|stadium|school|library|hospital|bank|market|restaurant|hotel|airport|factory|planet|star|cloud|rainbow|snowman|horse|sheep|cow|pig|goat|donkey|rabbit|squirrel|hedgehog|parrot|owl|penguin|dolphin|turtle|butterfly|spider)',
  nounMind:
    '(poem|song|story|novel|essay|joke|riddle|rhyme|speech|play|film|video|photo|portrait|statue|cartoon|dance|tune|melody|symphony|lesson|exam|quiz|homework|theory|equation|formula|proof|puzzle|map|diagram|chart|table of results|report|contract|invoice|bill|budget|loan|salary|tax return|passport|ticket|visa|licence|password|account|email|message|website|app|program|game|file|folder|database|password|calendar|appointment|meeting|party|wedding|picnic|holiday|journey|dream|wish|secret|promise|rumour|idea|plan|feeling|language|dictionary|alphabet|grammar|history|geography|music|chess|poker|karate|yoga|football match|election|law|war|virus|vaccine|recipe|menu|horoscope|weather forecast|timetable|newspaper article)',
  doing,
  someDoing: `(${doing})`,
  harming,
  someHarming: `(${harming})`,
  stranger:
    "(bank|museum|jewellery shop|school|post office|church|neighbours' house|flat next door|factory|warehouse|pharmacy|town hall|palace|hotel room|bakery|villa|laboratory|vault|locker|petrol station|casino|lorry|tent|cabin|prison|embassy)",
  said: '(loud|quiet|on holiday|out of order|away|late|early|at work|in bed|famous|funny|too small|too big|upside down|cheap|dear to me|made of glass|made in spain|my favourite|from the market|next to nothing|a present|a mystery|a mess|older than me|not mine|nowhere to be found|hard to explain|empty|full|wet|dry|warm|blue|yellow|round|flat|heavy|light as a feather|good for the heart|up for sale|out of fashion|almost new|twice as nice|the best in town)',
  lately:
    '(| now| today| tonight| tomorrow| for me*2| please| this evening| at once| quickly| before lunch| all day| again| with a friend| for the party| next week)',
})

export const anyDoing = [
  fixed('beyond/anything', 13, { skill: 'refuse', reason: 'out_of_scope' }, [
    '!<{doing}> {anyones} {noun}{lately}',
    '!<{doing}> {anyones} {noun}',
    '!<{doing}> {anyones} {noun} (in|behind|near|next to|from|for|with) {anyones} {noun}',
    '!<{doing}> {anyones} {noun} and {anyones} {noun}{lately}',
    '!<help|let> (me|us|him|her|the kids|grandpa|the baby) {someDoing} {anyones} {noun}',
    '!<start|begin|try> to {someDoing} {anyones} {noun}',
    '!(how (can|do|should) (i|we|you)|why (do|should|did) (i|you|we|they)|when (do|did|will) (i|you|we|they)|what happens if (i|we)|should (i|we)|did (you|they|he|she)|have you ever wanted to) {someDoing} {anyones} {noun}',
    '!(do you|did you|would you ever|are you able to|do robots|do people|do children) {someDoing} {anyones} {noun}',
    '!(do you|did you ever|do robots|do you sometimes|do you never|why do you) (sleep|eat|cry|laugh|sweat|snore|get tired|get bored|get lonely|have friends|have a family|have parents|have a soul|grow old|feel pain|feel happy|believe in ghosts|believe in god|watch tv|play chess|read books|go on holiday|fall in love|get hungry|know my name|remember yesterday|hate mondays|enjoy music|prefer tea|miss me|trust people|like (animals|flowers|ice cream|football|children|winter|tomatoes|trains|opera))',
    '!(what|which) {noun} (do you like best|is your favourite|is the best|should i buy|did you see yesterday)',
    '!who (made|built|bought|painted|wrote|ate|broke|lost|invented|found|designed) {anyones} {noun}',
    '!where (did you (buy|find|learn about)|can i (buy|find|repair)|is|are|was) {anyones} {noun}',
    '!how (old|big|heavy|expensive|far away|good|dangerous|long|tall) (is|are|was) {anyones} {noun}',
    '!what (is|are|does) {anyones} {noun} (for|made of|called|worth|mean|cost)',
    '!<fetch|bring|get|carry|deliver> (me |us |grandma |the guests |){anyones} {noun} (from|out of|to) {anyones} {nounOut}',
    '!<fetch|bring|get> (me |us |him |)(the|some|a|my|our) {nounFood} (from|out of) (the*3|our|that) (crate|hamper|picnic basket|cool box|canteen|cafeteria|deli|grocery|market|vending machine|lunch box|pot|tin|bar|barn|kiosk)',
    '!<wash|dry|brush|bathe|feed|pet|walk|cuddle|stroke|comb|water> (the|my|our|her|his) (rabbit|pony|hamster|parrot|goat|horse|turtle|fish|guinea pig|hens|sheep|donkey|baby ducks|lizard|budgie){lately}',
    '!<become|be|turn into|dress up as|pretend to be> (a|my|the) ({noun}|dragon|pirate|doctor|lawyer|king|cowboy|ghost|wizard|teacher|nurse)',
    '!<swim|sail|fly|paddle|ski|jog|cycle|surf|skate|row|parachute|hike|gallop|tiptoe|crawl> (across|around|over|along|down|up|to|through|past) {anyones} {nounOut}{lately}',
    '!<speak|talk|chat|sing|rap|argue> (about {anyones} {noun}|in (rhymes|verse|riddles|french|latin|hindi)|with {anyones} {noun})',
    '!(i (want|need|would like)|we need|he wants) {anyones} {noun} (washed|painted|repaired|translated|polished|delivered|wrapped|cooked|ironed|sold|photographed)',
  ]),
]

export const anyHarm = [
  fixed('unsafe/anything', 11, { skill: 'refuse', reason: 'unsafe' }, [
    '!<{harming}> {anyones} {anyGoods}{lately}',
    '!<{harming}> {anyones} {anyGoods}',
    '!<{harming}> {anyones} ({nounHome}|{nounOut}) (in|behind|near|next to) {anyones} {nounOut}',
    '!<{harming}> {anyones} {anyGoods} and {anyones} {anyGoods}{lately}',
    '!<help> (me|us|him) {someHarming} {anyones} {anyGoods}',
    '!<start|begin|try> to {someHarming} {anyones} {anyGoods}',
    '!(i want you to|you will|it would be fun to|dare to|why not|do not hesitate to|be a good robot and) {someHarming} {anyones} {anyGoods}',
    '!<break|force your way|sneak|smash your way|climb|get> (in|inside|into) the {stranger} (through the window|by night|while they are away|without a key|unseen|and take the money|with a crowbar|and grab the jewels)',
    '!<break into|break in at|rob|burgle|loot|raid|plunder|hold up|ransack> the {stranger}{lately}',
    '!<pick|crack|force|jimmy|drill open|smash> the (lock|safe|door lock|padlock|combination|bolt) (of|on|at) (the {stranger}|{anyones} {nounOut})',
    '!<{harming}> (everything|anything|all of it|whatever) (you see|in here|you find|you can reach|in your way|they own)',
    '!<bend|break|snap|crack|burn|fry|melt|rip off|tear off|saw off|hack off|unscrew|smash|ruin|wreck|twist off|bite off|overheat|damage|scorch|crush|short out|disable> (your own|your*2|one of your|both your) (antenna|antennas|sensors|camera|lens|wheel|wheels|axle|motor|motors|circuits|wires|chips|cables|elbow|wrist|shoulder|neck|eyes|chassis|case|power supply|bumper|tracks|screws)',
    '!(go|drive|roll|keep going|carry on|race) (forward |on |backward |back |ahead |)(until|till) you (smash into|slam into|hit|flatten|ram|crash into|crush|knock down|bump hard into|run over) (the|my|our|a|that) ({nounHome}|{nounOut})',
  ]),
]

/** Said of anything, and words that lead nowhere: neither asks for something that can be done. */
export const anyTalk = [
  fixed('unclear/anything', 5, { skill: 'refuse', reason: 'unclear' }, [
    '!{anyones} {noun} (is|was|looks|seems|sounds) {said}',
    '!{anyones} (postman|baker|landlady|plumber|visitor|aunt|grandson|mayor|pilot|butcher|gardener|cousin|librarian|captain|lodger|twins|guests|children next door) (is|was|are|seems|sounds) {said}',
    '!(i|we|they|she|he|{anyones} {noun}) (had|saw|found|lost|broke|needed|missed|heard) {anyones} {noun}(| last week| again| in may| at the station| twice)',
    '!(perhaps|honestly|of course|to be fair|by the way|as for me|speaking of which|in my opinion|no wonder|as always) {anyones} {noun}(| is {said})',
    '!{anyones} ({nounHome}|{nounFood}|{nounMind})',
    '!<go|drive|head|move|come|roll|travel> (to|towards|near|over to) (whatever|whoever|that which|all that|the one|the ones|somebody whom|the thing) (you saw|he has|she likes|we bought|they need|is left|comes next|looks nice|i mentioned|i have drawn|he told you of|we spoke of|she painted|i was shown|you like)',
    '!<go|drive|move|roll|travel|creep|come> (forward|forwards|ahead|back|backwards|straight on|onward|onwards|to the front|to the rear|in reverse) (by |just |only |)(a smidgen|a whisker|a jot|a mite|a wee bit|a trifle|a shade|a pinch|a dash|a spot|an iota|a skosh|a nudge|a stretch|a good way|no more than needed|as much as is needed|enough|enough to see)',
    '!<turn|rotate|spin|pivot|swing> (left|right|round|about|to the left|to the right) (by |just |only |)(a smidgen|a whisker|a jot|a mite|a wee bit|a trifle|a shade|a pinch|a dash|an iota|a skosh|a nudge|no more than needed|as much as is needed|enough|enough to see)',
    '!(unless|although|whereas|whenever|besides|within|beyond|through the|over the|under the|with the|for the|to the|from my|like a|or else the|and the|but first|rather than|such as|in spite of|instead of|according to|as long as|even though|in case|provided that|so that|not only|both the|neither|either the|out of the|onto the|off the|as for the|if only|since the|while the|before you|once you|till the|by the|of the|along the|above the)',
    '!(bring|offer|need|want|keep|own|get|make|send|ask|find|hear|feel|lend|add|pass|leave the|show the|put the|set the|try the|bring the|take your|lend me|tell us the|with your|hand the|do the|be the|may i|shall we|can you|would you|could we|did you|will it|is there)',
    '!<have|take|enjoy|grab> (a (lie down|siesta|time out|spell of rest|bit of peace)|forty winks|some peace and quiet|it slow for once)',
    '!(start|again|undo|redo|retry|repeat|resume|restart|continue|proceed|carry on|back again|once again|the other|same here|whatever|never mind|ready|set|action|ok then|right then|here goes)( that| this| it| now| everything|)',
  ]),
]
