/**
 * Moves, places, lights and crafts that this robot does not have: refused as out_of_scope.
 * gives  groups: unknown places, acrobatics, colours of the lamp, tools of other robots, too far and too long
 */
import { define } from '../template.js'
import { fixed } from './phrase.js'

define({
  spot: '(the loft*2|the attic|the basement|the cellar|the balcony|the roof|the roof terrace|the lounge|the parlour|the drawing room|the living room|the master bedroom|the spare room|the kids room|the playroom|the games room|the music room|the sewing room|the tv room|the utility room|the wine cellar|the boiler room|the server room|the storeroom|the meeting room|the waiting room|the staff room|the conference hall|the auditorium|the gymnasium|the changing rooms|the locker room|the sauna|the hot tub|the swimming pool|the pool*2|the pond|the greenhouse|the conservatory|the veranda|the porch|the courtyard|the car park|the parking lot|the gate|the letterbox|the fence|the hedge|the compost heap|the henhouse|the kennel|the stable|the orchard|the vineyard|the meadow|the allotment|the playground|the sandpit|the swing|the trampoline|the fridge|the freezer|the cooker|the dishwasher|the washing machine|the kitchen sink|the bathtub|the wardrobe|the mirror|the radiator|the bench|the stool|the high chair|the cot|the cradle|the crib|the rug|the carpet|the doormat|the coat rack|the umbrella stand|the dresser|the chest of drawers|the cupboard|the drawer|the aquarium|the bird cage|the christmas tree|the houseplant|the bookcase in the library|the photocopier|the water cooler|the vending machine|the whiteboard|the blackboard|the podium|the stage|the front row|the cloakroom|the ticket office|the exit|the entrance|the fire exit|the escalator|the elevator|the lift|the ground floor|the top floor|the third floor|the fifth floor|the mezzanine|room 12|room 101|floor two)',
  venue:
    '(the supermarket*2|the corner shop|the bakery|the butcher|the chemist|the pharmacy|the hairdresser|the barber|the dentist|the vet|the surgery|the clinic|the hospital|the nursery|the kindergarten|the school*2|the college|the university|the academy|the town hall|the courthouse|the police station|the fire station|the prison|the embassy|the bank|the cash machine|the post office|the petrol station|the car wash|the train station|the railway station|the tube station|the bus station|the tram stop|the taxi rank|the ferry|the harbour|the marina|the airport|the hotel|the hostel|the campsite|the youth club|the theatre|the opera|the cinema|the concert hall|the circus|the funfair|the theme park|the zoo|the aquarium park|the stadium|the ice rink|the swimming baths|the golf course|the tennis court|the football pitch|the racecourse|the casino|the nightclub|the disco|the bar|the pub|the cafe|the bistro|the pizzeria|the ice cream parlour|the market|the mall|the shopping centre|the department store|the bookshop|the florist|the toy shop|the hardware store|the garden centre|the dump|the recycling centre|the factory|the warehouse|the farm|the mill|the mine|the quarry|the lighthouse|the castle|the palace|the cathedral|the chapel|the mosque|the synagogue|the temple|the monastery|the cemetery|the graveyard|the village|the city|the city centre|the suburbs|the countryside|the coast|the seaside|the beach|the island|the lake|the waterfall|the volcano|the desert|the jungle|the rainforest|the woods|the hills|the valley|the summit|the glacier|the cave|the border)',
  faraway:
    '(venus|jupiter|saturn|neptune|pluto|mercury|uranus|the milky way|the international space station|another galaxy|outer space|the dark side of the moon|the sun|the centre of the earth|the bottom of the sea|the equator|the south pole|atlantis|narnia|hogwarts|disneyland|las vegas|hollywood|times square|wall street|the white house|buckingham palace|big ben|the eiffel tower|the colosseum|the great wall|the grand canyon|niagara falls|mount everest|the alps|the himalayas|the sahara|the amazon|the bermuda triangle|area 51|oxford street|baker street 221|12 high street|24 church lane|the corner of main street and third|7 rose avenue|elm street|station road|the next village|my parents|my aunt in {region}|our cottage|{region}*6)',
  hue: '(red*3|green*3|blue*3|yellow*2|orange|purple|violet|pink|white|warm white|cool white|turquoise|cyan|magenta|lilac|golden|amber|crimson|teal|rainbow colours|a different colour|a warmer colour|any colour you like|the colours of the flag|lime|mint green|sky blue|navy)',
  ownLamp:
    '(your light*3|the light*3|your lamp*2|the lamp*2|the lights|your lights|the led|your leds|the headlights|the spotlight|the torch)',
  feat: '(a (cartwheel|flip|double somersault|triple jump|pirouette|plie|high kick|bunny hop|star jump|roly poly|forward roll|belly flop|bellyflop|bungee jump|parachute jump|handspring|headspin|wheelie on one wheel|drum roll|card trick|juggling act|vanishing act|stand up routine|rain dance|victory dance|chicken dance|tap routine|robot impression|karate kick|yoga pose|plank|pull up|chin up|curtsy|bow)|the (worm|floss|conga|cha cha|foxtrot|hokey cokey|can can|tango|rumba|polka|jive|twist|ymca|running man|mambo|lambada|charleston|dab|wave)|some (stretches|squats|sit ups|aerobics|pilates|juggling|acrobatics|gymnastics|impressions|magic)|fifty (squats|sit ups|press ups|burpees|star jumps))',
})

const refuse = { skill: 'refuse', reason: 'out_of_scope' } as const

export const beyondMove = [
  fixed('beyond/whereto', 6, refuse, [
    '!<go*6|drive*4|head|move|navigate|travel|run|walk|roll|return|proceed|come|hurry|race|get|make your way> (to|over to|back to|into|towards|up to|down to|straight to) {spot}',
    '!<go*6|drive*4|head|move|navigate|travel|run|walk|return|proceed|hurry|race|get|make your way|pop over|nip> (to|over to|back to|into|towards|down to) {venue}',
    '!<go*5|drive*3|fly*2|travel*2|head|navigate|set off|sail|emigrate|hitchhike|cycle|ride|commute|take a trip|take a bus|move> (to|towards|all the way to) {faraway}',
    '<meet me|park|drop in|check in> (at|in|by|near|outside|in front of) ({venue}|{spot})',
    '<visit|explore|find|reach|enter|approach|inspect|guard|clean|look round|search|patrol> ({spot}|{venue}|{faraway})',
    '<take|bring|escort|guide|lead|show|accompany> (me|us|the guests|him|the children) to ({spot}|{venue}|{faraway})',
    'to {venue}',
    '(off to|next stop|destination|your destination is|on to) ({venue}|{faraway}|{spot})',
    '(i would like you to|i need you to|you have to|you must|it is time to|why not) (go|drive|head|travel) to ({venue}|{faraway}|{spot})',
    '(can|could|would) you (go|get|drive|pop|nip|run|walk) (over |down |up |)to ({venue}|{spot}|{faraway})( for me| please| and back|)',
    '(have you ever been|do you want to go|when will you go|how long would it take you to drive|are you allowed to go) to ({venue}|{faraway}|{spot})',
    '<go|drive|run|walk|drop by|pop> (out |)(to|by|past) {venue} (and (back|buy bread|get some milk|pick up my order|collect the parcel|wait for me|see who is there)|for me)',
    '!<go|come|move|get|run|travel> (abroad|overseas|offshore|up north|down south|out of town|next door|to the neighbours|to prison|to war|to sea|to college|to kindergarten|on strike|on a date|on a diet|on a cruise|on safari|on tour|on pilgrimage|into hiding|into orbit|into politics|to the mall and back|out for dinner|trick or treating|carol singing|sightseeing|bird watching|ice skating|horse riding|snowboarding|mountain biking|kayaking|canoeing|windsurfing|scuba diving|paragliding|geocaching|clubbing|partying|jogging with me|to the polls)',
    '!<board|catch|take|get on|get off|miss|drive|ride|steer|park|hail|pilot|fly|rent> (the (next bus|tram|night train|ferry|underground|subway|plane to {region}|boat|ship|helicopter|tractor|lorry|truck|van|bulldozer|motorbike|scooter|bicycle|horse|skateboard|elephant|cable car|ski lift|hot air balloon|submarine|spaceship)|my (car|motorbike|bike)|a (taxi|bus|cab|rickshaw|gondola))',
    '!<cross> (the (river|ocean|channel|border|desert|bridge to the island|atlantic|alps|english channel|lake by boat|mountains|jungle|rhine|finish line first)|into {region})',
    '!<circumnavigate|tour|orbit|colonise|conquer|map> (the (globe|earth|planet|moon|island|world|solar system|continent)|{region}|mars)',
  ]),
  fixed('beyond/acrobatics', 4, refuse, [
    '!<do|perform|show us|try|practise|attempt|show me> {feat}( for (me|us|the kids)| on the table| please| again|)',
    '!<jump|hop|leap|skip|bounce|vault|somersault> (over (the (puddle|cat basket|fence|rope|toy box|hurdle|threshold|book|cable|log|stick|gap)|my leg|a line of books)|onto the (bench|stool|bed|counter|shelf|platform|trampoline)|on the (spot|bed|trampoline)|for (joy|me)|like a (kangaroo|rabbit|flea|grasshopper)|(with|to) the music|around)',
    '!<fly|glide|soar|hover|take off|float|drift|levitate> (like (an eagle|a drone|superman|a butterfly|a helicopter)|over the (rooftops|fields|lake|sofa|town)|around the (lamp|moon|chimney)|through the clouds|into (space|orbit|the sunset)|to the (stars|sun)|out to sea|above the (table|treetops)|two metres above the floor|up to the attic|south for the winter)',
    '!<swim|paddle|row|sail|surf|dive|snorkel|wade|splash> (ten lengths|a few laps|like a (dolphin|fish|duck)|to the (island|other shore|boat|bottom)|upstream|the channel|with the dolphins|for pearls|butterfly|breaststroke|on your back|around the (buoy|bay))',
    '!<climb|scale|clamber|scramble|crawl|squeeze> (up (the (drainpipe|bookcase|chimney|flagpole|pole|rope ladder|hill|tree house|scaffolding|bunk bed))|onto the (roof|table|worktop|bunk bed|horse|chair)|over the (fence|gate|wall|sofa)|under the (bed|sofa|fence|carpet|blanket)|into the (attic|box|tunnel|suitcase|vent)|mount everest|a tree|through the (cat flap|keyhole|pipe|letterbox))',
    '!<dance|waltz|twirl|boogie|groove|shake your hips|twerk|pirouette|tap your feet|sway|headbang|breakdance|moonwalk|salsa> (to (this song|the beat|the radio|jazz)|with (grandma|the broom|my sister|the dog)|on the (stage|tables)|at my wedding|all night|in the rain|like (elvis|a ballerina|michael jackson|a chicken))',
    '!<stand|balance|hop|spin|walk|roll> on (one (leg|wheel|finger)|your (head|hands|tiptoes|back)|a (tightrope|ball|beam|barrel)|two wheels|stilts|the ceiling|ice skates|the tip of your nose)',
    '!<sit> (on the (sofa|chair|bench|floor|throne)|down|up straight|at the table|next to me|on my lap|cross legged)',
    '!<lie|stretch out|roll over|curl up|kneel|crouch|squat|bow|duck> (down|on (your (back|side)|the (sofa|rug|beach))|like a dog|in a ball|before the (king|queen)|in the (sun|bath)|and play dead)',
    '!<smile|grin|frown|wink|blush|blink|yawn|sneeze|cough|snore|giggle|laugh|cry|weep|sigh|pout|squint|stick out your tongue|raise an eyebrow|roll your eyes|whistle|hum|purr|growl|roar|howl|bark|quack|oink|neigh|moo|croak|hiss|chirp|tweet|crow|hoot|cluck|squeak|burp|gargle|yodel|beatbox|clap your hands|snap your fingers|stamp your feet|wiggle your ears|flap your wings|wag your tail|nod your head|shrug|salute|curtsy|applaud> (at (me|the baby|the neighbour|the camera)|like a (lion|cow|dog|owl|frog|pig|rooster|horse|duck|train|baby)|for (me|us|the crowd)|three times|loudly|once|please|again|in your sleep)',
    '!(smile|grin|wink|sneeze|snore|giggle|whistle|purr|growl|roar|howl|quack|oink|neigh|croak|hiss|chirp|yawn|sigh|shrug|clap your hands|wag your tail|flap your wings|nod your head|stick out your tongue|blow me a kiss|cross your fingers|show your teeth|touch your toes|suck your thumb|roll your eyes|pick your nose|make a funny face|pull a face|play dead|give me your paw|fist bump|thumbs up|do the splits|strike a pose|hold your breath|flex your muscles)',
    '!<become|turn into|change into|transform into|shape shift into|morph into|dress up as> (a (butterfly|lion|unicorn|boat|rocket|helicopter|tree|vampire|werewolf|ninja|cowboy|giant|dwarf|statue|washing machine|toad|swan|dragon|mermaid|wizard|drone|submarine|fire engine)|batman|santa claus|a real person|gold|stone)',
    '!<lift|carry|bench press|juggle|balance|spin> (two hundred kilos|a ton|the whole family|five balls|three oranges|flaming torches|a plate on a stick|a spoon on your nose|the globe on one finger|an elephant|bowling pins|a car over your head|yourself|a mountain)',
    '!<travel|go|beam|teleport|jump|fast forward> (back to (1969|the middle ages|last tuesday|the stone age|my childhood)|to the (year 3000|future|next century|time of the dinosaurs)|through (time|a wormhole|the wall like a ghost)|into another dimension|in time)',
    '!<run> (a (mile|half marathon|sprint|relay|lap of honour) |the hundred metres )(in ten seconds|faster than bolt|against my brother|for charity)',
    '!<grow|get|buy yourself|sprout|develop> (two more arms|longer legs|a moustache|feathers|fur|fins|gills|a new (brain|personality|body)|muscles|a sense of humour|ears|a conscience|feelings)',
  ]),
  fixed('beyond/lamp', 3, refuse, [
    '!<make|turn|paint|colour> {ownLamp} {hue}',
    '!<set|change|switch> {ownLamp} to ({hue}|(half|full|maximum|low|fifty percent|ten percent|30 percent|medium) (brightness|power)|disco mode|night mode|party mode|candlelight)',
    '!<change|choose|pick|adjust> the (colour|color|brightness|intensity|hue|tint|colour temperature) of {ownLamp}( to {hue}|)',
    '!<blink|flash|flicker|pulse|strobe|twinkle> {ownLamp}( (twice|three times|five times|ten times|sos|rapidly|slowly|in morse code|like a police car|to the music|at me|every second|four times|six times)|)',
    '!<dim|brighten|fade|turn down|turn up> {ownLamp}( (by half|a little|by 20 percent|to ten percent|slowly|to a minimum|gently|by a third|for the film)|)',
    '{ownLamp} (to|in) {hue} please',
    'give me {hue} light',
    '<make> {ownLamp} (brighter|dimmer|softer|warmer|flash|blink|twinkle|pulse|less bright|half as bright|glow|change colour|fade out|flicker)',
    '!<signal|send|flash> (sos|a message|your name|hello) (with|using) (your light|the lamp|your headlights|morse code)',
    '<shine|glow|light up|blink> (in |)(red|green|blue|purple|orange|pink|yellow|all the colours of the rainbow|different colours)',
    'can your (light|lamp) (be|turn|change to|glow|shine) {hue}',
    'what colour is your (light|lamp|led)',
    'how bright is your (light|lamp|torch)',
    '!<project|display|show> (a (film|heart|smiley|clock|picture) on (the wall|the ceiling|your screen)|the time|a countdown on your display|some fireworks|a laser show)',
  ]),
  fixed('beyond/craft', 3, refuse, [
    '!<weld|solder|rivet|forge|cast|mill|machine|grind|sandblast|anodise|galvanise|bolt together> (the (frame|pipes|steel beams|bracket|chassis|joints|railings|hull|gearwheel|sheet metal|exhaust|ring)|two plates together|a horseshoe|a new hinge)',
    '!<drill|saw|screw|nail|plane|chisel|sand|laser cut|engrave|carve|3d print|stamp> (a hole in the (board|plank|shelf)|the (plank|boards|two halves|legs of the table|logs|plywood|trophy|nameplate) (to size|together|smooth|in half)|a (spare part|dice|chess piece|toy boat|bird house|wooden spoon|ring)|the shelf to the wall)',
    '!<build|assemble|construct|make|design|craft> (me |us |)(a (tree house|kite|paper plane|model railway|sledge|bookcase|birdhouse|bench|raft|go kart|igloo|den|pyramid|skyscraper|motorway|power plant|time machine|spaceship|clone of yourself|second robot|drone|garden shed|wooden horse|paper hat|mask|necklace|rocking chair|computer)|the (cot|flat pack wardrobe|tent|lego set|barbecue|crib|trampoline|model plane))',
    '!<lay|mix|pour> (the (bricks|concrete|tiles|cement|foundation|turf|cables|parquet)|some (mortar|asphalt|paving))',
    '!<knit|crochet|sew|weave|quilt|spin> (me |us |)(a (scarf|jumper|blanket|pair of socks|hat|teddy|rug|quilt|basket)|some (wool|mittens)|baby clothes)',
    '!<pack|load|unload|stack|palletise|label|weigh|sort|scan|wrap|seal|ship|count|inventory|unpack> (the (boxes|pallets|lorry|van|crates|parcels|shelves in the warehouse|shopping bags|suitcases|cartons|moving boxes|returns|stock|barcodes|letters by postcode)|my (suitcase|rucksack|lunch|shopping|presents))',
    '!<milk|plough|plow|sow|harvest|irrigate|fertilise|spray|thresh|bale> (the (cows|field|wheat|corn|barley|crops|hay|back field|goats|maize)|two acres|our land)',
    '!<fish> (for (salmon|trout|compliments|crabs)|in the river for dinner)',
    '!<tow|jump start|refuel|park|wash|wax|valet|service|steer|reverse|parallel park> (the (car|van|caravan|lorry|tractor|trailer|bus|bike|motorbike)|my (car|truck|moped))( into the garage| round the block| home| for me| to the garage|)',
    '!<vacuum|mow|weld|fly|dig|swim|juggle|bake|knit|print|photograph|translate|calculate|navigate|garden|iron|cook|babysit|busk|gamble|haggle|hitchhike|meditate> (for a living|like your brother|like the other robot|professionally|all day|for charity|on sundays|tomorrow|instead of me)',
    '!<charge|power|inflate|recharge|change the oil in> (my (phone|car|toothbrush|laptop|tablet|e-bike|headphones|tyres)|the (airbed|tyres|football|dinghy|car battery|balloon))',
    '!<water|dig|plant|trim|paint> (a (tree|well|pond|vegetable bed|flower|pool|hole for the post)|the (town red|fence white|wall green|ceiling|door blue|garden shed|front door red|balcony plants))',
    '!<guard|watch|protect|patrol|keep an eye on|monitor|secure|defend> (the (shop|building|baby|entrance|children|camp|treasure|bridge|museum|prison|oven|pot|sheep|warehouse|goal|car park|front yard) (tonight|all night|for me|while i am away|until i return)|my (bike|bag|luggage|seat|drink|kids)( for me|))',
    '!<clean|inspect|sample|photograph|measure> (the (solar panels|reactor|sewer|chimney|ship|swimming pool|pipeline|rock|crater|seabed|bridge|wind turbine|coral)|my (blood pressure|pulse|waist|height|temperature))',
  ]),
  fixed('beyond/toofar', 1.5, refuse, [
    '!<drive|go|move|roll|travel|head> (a few|a hundred|two hundred|forty|sixty|several|thousands of|a couple of|dozens of|many|fifteen|ninety) (kilometres|kilometers|miles|light years|blocks|nautical miles|leagues)( {fwd}| north| south| to the east| westwards|)',
    '!<drive|go|move|travel> (halfway round the world|to the horizon|across {region}|from {region} to {region}|coast to coast|as far as {region}|through the whole town|all the way to {region} and back|until you reach {region}|until you get to {region}|around the lake|ten times round the block|a million metres|a light year|up the hill to the church)',
    '!<wait|sleep|pause|stay here|hibernate|stand by|rest> (for |)(two|three|four|five|six|seven|ten|fourteen|a couple of|a few|several|a hundred|a thousand|a million) (days|nights|weeks|months|years|decades|centuries)',
    '!<wait|pause|stay here|sleep|stand by> until (wednesday|the weekend|next year|spring|the end of the month|i am old|it stops raining|the war is over|the kids are grown up|the first of may|my birthday|sunset|dawn|after lunch|the post comes|half past nine|quarter to six|i get back from work|the paint is dry|the cake is baked|hell freezes over)',
    '!(in|after) (an hour|two days|a week|a month|a year|three weeks) (come back|remind me|call me|start again)',
    '!<turn|spin|rotate|twirl> (ten thousand|a million|a billion|fifty million|a hundred thousand) (degrees|times|turns)( to the (left|right)| without stopping|)',
    '!<drive|go|roll|circle> (round and round |)(for ever and ever|until the end of time|until your battery is empty|non-stop for a year|at the speed of light|at 200 miles an hour|at a hundred kilometres per hour|faster than sound|all week|all year|day and night)',
  ]),
]
