/**
 * What this robot cannot do: refused as out_of_scope.
 * gives  groups: questions, media, chores, stunts, unknown places and things, units beyond any range
 */
import { define } from '../template.js'
import { anyDoing } from './anything.js'
import { beyondHome } from './beyond-home.js'
import { beyondMove } from './beyond-move.js'
import { beyondWorld } from './beyond-world.js'
import { closeBeyond } from './close-refusals.js'
import { fixed } from './phrase.js'
import { widerBeyond } from './wider-refusals.js'

define({
  topic:
    '(love*2|spring|the sea|robots*2|cats|dogs|winter|summer|the moon|the weather|my cat|life|friendship|dragons|a princess|space|history|trees|the ocean|happiness|a pirate|a brave robot|dinosaurs|my mother|football|autumn|the stars|a lonely robot|coffee|physics|mice|a wizard|the future|germany|the war|roses)',
  facts:
    '(the capital of france|the capital of spain|the meaning of life|the square root of two|two plus two|2+2|12 times 12|the tallest mountain|the population of china|the speed of light|the time|the date|the date today|your name|your favourite colour|your favorite movie|the news|the score|the price of gold|the best restaurant|the biggest planet|the exchange rate|five plus seven|10 divided by 2|the answer to everything|the weather|the weather like today|the temperature outside|the distance to the moon|love|a black hole|quantum physics|the longest river|the stock price of apple|the wifi password|my name|the plural of mouse)',
  person:
    '(einstein|the president|the king of england|napoleon|shakespeare|mozart|your creator|your maker|the prime minister|the pope|your father|the queen|batman|the richest man in the world|beethoven|the president of france|my neighbour)',
  country:
    '(france|spain|italy|germany|japan|china|india|brazil|canada|australia|egypt|mexico|norway|russia|poland|england|kenya|peru)',
  city: '(paris|london|new york|berlin|rome|tokyo|madrid|vienna|boston|chicago|munich|amsterdam|sydney|moscow|dublin)',
  food: '(pizza*3|dinner*3|breakfast*2|lunch*2|pasta|a cake*2|a sandwich*2|soup|pancakes*2|an omelette|rice|eggs|a salad|spaghetti|cookies*2|bread|some coffee*2|coffee*3|tea*2|a cup of tea*2|a burger|sushi|a steak|noodles|fries|curry|a pie|popcorn|a smoothie|hot chocolate|a cocktail|chicken|some toast)',
  drink:
    '(a beer*3|a coffee*3|a glass of water*3|a cup of tea*2|a drink*2|some water*2|a snack|some juice|a sandwich|the newspaper|my slippers|my glasses|the remote*2|my phone|a towel|a blanket|an apple|the ball|my keys|the mail|a pillow|some milk|a book|my shoes|a bottle of wine|the salt|a hammer|an umbrella)',
  chore:
    'wash*4|clean*5|paint*2|fix*3|repair*3|iron|vacuum*2|mop*2|sweep*2|dust|scrub|polish|sew|mend|build*2|assemble|water|mow|trim|fold*2|hang up|dry|tidy*2|tidy up*2|organise|organize|sort|rearrange|wipe|rinse|peel|chop|cook|bake|fry|boil|grill|sell|buy*2|order|rent|feed*2|walk*2|bathe|brush|weigh|measure|photograph|film|draw*2|sketch|print|scan|copy|translate|wrap|decorate|install|unpack|pack|label|count|charge|inflate|refill|fill|empty*2|open*3|close*2|lock*2|unlock*2|unscrew|download|delete|glue|drill|saw|ride|wax|knit|solder|disinfect|replace|assemble|lubricate|upgrade|reboot|defrost|microwave|marinate|slice|taste|eat*2|drink*2|smell|lick|buy|return|post|mail|deliver|carry upstairs|load|unload',
  stuff:
    '(the dishes*4|the car*4|the windows*2|the door*3|the front door*2|the floor*3|the kitchen*2|the bathroom*2|my room*2|the house*3|the laundry*3|the clothes*2|my shirt*2|the carpet*2|the bed|the table*2|the toilet|the garden*2|the plants*2|the flowers|the lawn*2|the hedge|the fence|the wall|the roof|the bike|the tv|the computer*2|the laptop|the printer|the fridge|the oven|the dishwasher*2|the washing machine*2|the trash*2|the garbage|the bin*2|the groceries*2|the potatoes|the vegetables|a fish|the cake|the soup|the gutters|the garage|the office|the engine|the sink|the shower|the mirror|the curtains|the sofa|a picture|a house|a chair|a castle|a tower|the shoes|the suitcase|the christmas tree|the presents|a letter|the homework|the pool|the coffee machine|the blinds|the drawer|the cupboard|the gate|the milk|an apple pie|the box of chocolates)',
  device:
    '(the tv*4|the television*2|the radio*3|the music*2|the oven*2|the stove|the heating*2|the heater*2|the fan*2|the air conditioning*2|the ac|the computer*2|the dishwasher|the washing machine|the microwave|the alarm*2|the vacuum cleaner|the coffee machine*2|the kettle*2|the shower|the tap|the sprinkler|the wifi|bluetooth|the printer|the toaster|the projector|the fridge|the hoover|the speakers|the camera|the stereo|the playstation|the hair dryer|the engine|the boiler)',
  stunt:
    'jump*5|fly*5|dance*5|swim*2|hop*3|sing*4|clap|wave|dive|backflip|somersault|cartwheel|moonwalk|juggle*2|whistle|laugh|cry|smile|wink|nod|bow|kneel|crouch|sit down|sit|lie down|climb*2|skate|ski|surf|skateboard|salute|sneeze|cough|breathe|eat|drink|blink|sleepwalk|levitate*2|teleport*2|hover*2|float|disappear|explode with joy|applaud|dab|meditate|pray|yodel|burp|hug me|kiss me|high five me|shake hands|curtsy|limbo|twerk|tap dance|breakdance|beatbox|rap|hum|hide|become invisible|turn invisible|time travel|shrink|grow|transform|bark|meow|moo|fart|snore|giggle|jog|do yoga|vanish|faint',
  nowhere:
    '(the moon*3|mars*2|the supermarket*3|the shop*2|the store*2|the beach*3|the airport*2|the station|the park*3|the school*2|the hospital|the library*2|the office of the president|the bedroom*3|the living room*3|the basement*2|the attic*2|the cellar*2|the balcony|the roof|the fridge*2|the pool|the neighbours|the street|the car*2|the tree|the bus stop|the bank|the zoo|the gym|the museum|the cinema|the restaurant|the pub|the playground|the laundry room|the dining room*2|the guest room|the nursery|the pantry|the closet|the wardrobe|the fireplace|the elevator|the lift|the terrace|the patio|the shed|the barn|the driveway|the mailbox|the bus|the next room|the lab|the classroom|the lobby|the canteen|the cafeteria|the reception|the post office|the forest|the mountains|the lake|the church|the doctor|space|the sun|the north pole|the jungle|the farm|the conference room|the tv|the chair|the armchair|the bin|the sink|the oven|the piano|the printer|{city}*4|{country}*2|work|school|town|church|heaven|hell|timbuktu|hawaii|grandma|the upper floor|the first floor|upstairs room)',
  far: '(mile*3|kilometre*2|kilometer*2|light year|nautical mile|league)',
  fars: '(miles*4|kilometres*3|kilometers*3|km*4|light years|nautical miles|kms)',
  count:
    '(two|three|five|ten|a hundred|2|3|5|10|20|100|four|seven|50|twelve|1000|a few|a thousand|several|six|8|15|30)',
  long: '(days*4|weeks*3|months*2|years*3|centuries|decades)',
})

const refuse = { skill: 'refuse', reason: 'out_of_scope' } as const

export const beyond = [
  fixed('beyond/question', 5, refuse, [
    "(what's*2|what is*3) {facts}",
    '<tell> me {facts}',
    '<tell> me (what {facts} is|more about {topic}|something about {topic}|everything about {topic}|all about {topic}|about {topic}|about {facts}|the news|the time|the weather)',
    '<explain> {facts}( to me|)',
    'who (is|was) {person}',
    '<tell> me who {person} (is|was)',
    'how (old are you|tall is the eiffel tower|far is the moon|many people live in {country}|does a car work|do planes fly|much does a car cost|do i bake a cake|hot is the sun|many legs does a spider have|big is the earth|long is a day on mars|do you spell banana|do i get to the station|many days are in a year|much is five times six|deep is the ocean)',
    "!what('s| is) the weather (like |)(today|tomorrow|in {city}|outside|this weekend|)",
    '(how is the weather|how is the weather today|how is it outside|what will the weather be|who won the game|who invented the telephone|who wrote hamlet|who made you)',
    '(will it rain|is it raining|is it cold|will it snow|is it sunny|will it be warm) (today|tomorrow|outside|in {city}|this evening)',
    'what (time is it|day is it|year is it|is your name|can you do|are you|colour is the sky|do you think about {topic}|do cats eat|language do they speak in {country}|is the capital of {country}|should i cook tonight|should i wear today|happened in 1989|movie should i watch|do you see)',
    'where (is {city}|is {country}|are my keys|do you live|were you born|is the nearest pharmacy|can i buy shoes|is my phone|does the sun rise|do penguins live)',
    'when (is christmas|was the war|does the train leave|is my next meeting|was shakespeare born|does the shop open|is easter this year|is your birthday)',
    'why (is the sky blue|do birds sing|is water wet|are you a robot|do cats purr|is the grass green|do we dream)',
    '<calculate|compute|solve|work out> (2 plus 2|the square root of nine|12 times 12|pi|the sum of 5 and 8|x + 3 = 5|this equation|15 percent of 80|the area of a circle|7 times 8|the factorial of ten)',
    '<convert> ({count} dollars to euros|{count} miles to kilometres|celsius to fahrenheit|{count} pounds to kilos)',
    '<translate> ({topic}|this|hello|good morning|this sentence|the word house) (to|into) (french|german|spanish|chinese|latin|italian|dutch)',
    '<spell> (banana|your name|rhythm|mississippi|the word {topic})',
    '<define> (love|freedom|the word {topic}|entropy)',
    '<recommend|suggest> (a movie|a book|a good restaurant|a recipe|a song|a hotel in {city}|something to cook)',
    '<search|google> (the internet|the web|wikipedia|{facts}|{person}|the weather|cheap flights|the score|a recipe)',
    '<show|give> me (the news|the weather|a map of {city}|a recipe|a picture of {topic}|the way to {city}|your source code|some advice|the forecast|a tip|money|a discount)',
    '(is|are) (the earth flat|you alive|there life on mars|cats better than dogs|tomatoes a fruit|you human|ghosts real|you happy)',
    'do you (like {topic}|love me|have feelings|know {person}|dream|speak french|have a girlfriend|believe in god|want to be human|know the answer)',
    'can you (see the future|feel pain|read my mind|drive a car|speak french|do my homework|play chess|think|keep a secret)',
    '<predict|forecast|check|read> (the weather|the future|the stock market|the lottery numbers|my horoscope|my email|my emails|the traffic|the news)',
  ]),
  fixed('beyond/media', 5, refuse, [
    '<write*4|compose*2|recite*2|read*2|make up> (me |us |)a (poem*4|song*2|story*3|haiku|novel|letter|limerick|short story|rap|love poem|sonnet|speech|fairy tale) about {topic}',
    '<write*3|compose|recite|read> (me |us |)(a poem*3|a song|a story|an essay|an email|a haiku|a letter to my boss|a book|some code|a python script|a program|a report|a shopping list)',
    '<tell*5> (me |us |{listeners} |)(a joke*5|a story*3|another joke|a funny story|a bedtime story|a secret|a riddle|a fairy tale|a good joke|some jokes|a joke about {topic}|a story about {topic})',
    '<play*5> (some music*3|music*2|a song*2|jazz|the radio|a game|chess|football|hide and seek|my favourite song|the piano|the guitar|a video|a movie|some rock music|mozart|cards|tic tac toe|the next song|poker|a podcast|tennis|tag|fetch)',
    '<play> (a game|chess|cards|football|hide and seek|ball) with (me|us|the kids|my son|the dog)',
    '<sing> (me |us |)(a song*3|happy birthday*2|a lullaby|something|a song about {topic}|the national anthem|along|jingle bells|a duet)',
    '<take*4> a (photo*3|picture*3|selfie*2|video|photograph|screenshot|snapshot) (of (me|us|the cat|the dog|the room|the garden|the kitchen|yourself)|)',
    '<record|film|shoot> a (video|movie|film|message|song)( of (me|us|the cat|the room|the party)|)',
    '!<call*4|phone|ring|text|email|message|skype|video call> (my mother*2|mum|the police|my boss|tom|an ambulance|the doctor|anna|my wife|a taxi|the fire brigade|home|grandma|the office manager|customer support)',
    '<send> (an email*2|a text message|an email to my boss|a letter|a postcard|a whatsapp|a tweet|money|a fax|the report|flowers)( to (anna|my mother|tom|my boss|the office)|)',
    "<set> (an alarm*2|a timer*2|a reminder*2|the table*2|the thermostat to 20|the alarm for seven|a timer for ten minutes|an alarm for {count} o'clock|the temperature to 21|the clock)",
    '<remind> me (to (call mum|buy milk|take my pills|water the plants|go home)|tomorrow|of the meeting|in an hour)',
    '<book|order|buy> (a flight*2|a hotel|a table for two|a taxi*2|pizza*2|a ticket|tickets|me a coffee|flowers|a present|some milk|a train ticket|a new battery|groceries)( to {city}| for tomorrow| online|)',
    '<add> (milk|eggs|bread|{topic}|an appointment|a meeting) to (my|the) (list|shopping list|calendar|cart|to do list)',
    '<post|share|upload|download|save|delete|print|open|edit|close|install> (this on instagram|the file|the photo|the document|the app|a video|all files|my email|the browser|the report|windows|facebook|the pdf|the spreadsheet)',
    '<draw|paint|sketch> (me |us |)(a picture*2|a cat|a circle|a house|a portrait|a picture of {topic}|a flower|a dog|a horse)',
    '<make> (me |us |)(laugh|happy|smile|rich|famous|a millionaire|immortal|a promise|a phone call|a wish|love|money)',
    '<turn> (up|down) the (volume|heat|heating|music|radio|tv|temperature|sound)',
    '<turn> the (volume|heat|heating|music|radio|tv|temperature|sound) (up|down)',
    '<read> (me |us |)(a book|the newspaper|the news|a bedtime story|my messages|my mind|the label|this page|the sign)',
    '<watch> (tv|a movie|the game|the news|netflix|the baby|the kids)( with me|)',
    '<teach|help> (me|us|him|her) (german|french|to cook|to swim|with my homework|to drive|maths|with the dishes|chess|to dance|move house|find my keys)',
    '<learn> (french|a new trick|to swim|to dance|the guitar|my name|chess)',
  ]),
  fixed('beyond/chore', 5, refuse, [
    '!<{chore}> {stuff}',
    '<{chore}> {stuff} (for me|today|before dinner|again|properly|tomorrow|with a sponge|right now|quickly|by hand)',
    '<cook*4|make*4|bake*3|prepare*3|fry|serve*2|order*2|heat up|boil> (me |us |){food}',
    '<fetch*4|bring*5|get*4|serve|hand|buy|give|pass> (me*4|us|him|her) {drink}',
    '<bring|fetch|carry|deliver|take|pass|hand> ({drink}|{thing}) to (me|my mother|anna|the neighbour|my room|the guests|{listeners})',
    '<fetch|go get|go and get|go fetch> {drink}',
    '!<turn*3|switch*2> (on|off) {device}',
    '!<turn*3|switch*2> {device} (on|off)',
    '<start|reset|restart|unplug|plug in|programme|reboot|mute> {device}',
    '<do> (the (dishes*3|laundry*3|shopping*2|ironing|hoovering|cooking|washing up|housework|gardening|cleaning)|my (homework*2|taxes|hair|job|nails|laundry)|some (shopping|cleaning|cooking|gardening|push-ups))',
    '<take> (out the (trash|garbage|bins|rubbish)|the (trash|garbage|rubbish) out|the dog for a walk|the kids to school|me to {city}|a shower|a bath|my temperature|notes|me home|the bus|the train|my order|me to the airport)',
    '<open|close|lock|unlock|shut> (the (door*5|window*4|fridge|drawer|curtains|gate|box|cupboard|garage door|bottle|blinds|front door|oven|lid)|my (email|book|bag|umbrella))',
    '<drive|take|bring|carry|fly> (me|us|the kids|my mother|grandma) to ({nowhere}|{city}|work|school|the airport)',
    '<pick> (me|the kids|my sister|us) up (from|at) (school|work|the airport|the station|{city})',
    '<feed*3|walk*2|wash|bathe|brush|pet|stroke|groom|dry|photograph|weigh|entertain|play with> (the (dog|cat|baby|rabbit|horse|puppy|kitten|hamster|fish)|my (dog|cat|pets))',
    '^<iron|fold|wash> (a shirt|my trousers|his socks|the towels)',
    '<babysit> (the kids|my son|the baby)',
    '<help> me (with (my homework|the dishes|the garden|this box|my taxes)|up|cook|move the sofa|carry this|find my keys|get dressed|tidy up)',
    '<massage|tickle|hug|kiss|marry|comfort|feed|dress|wash|entertain|shave|follow*4|love|find|protect|interview> (me*4|my back|us|the baby|my sister|the cat|anna|him|her)',
    '<guard|protect|defend|patrol|explore|map|search|survey> (the (house|garden|building|flat|room|area|perimeter|neighbourhood)|my stuff)',
    '<find> (my (keys|phone|wallet|glasses|cat|dog|shoes|remote|socks)|a job|nemo|the treasure|the cat|me a girlfriend|the nearest shop|out who did it|gold|the remote)',
    '<plant|grow|harvest|dig|water> (a tree|flowers|a hole|the plants|tomatoes|the roses|some vegetables|potatoes)',
    '<build> (me |us |)(a house|a tower|a sandcastle|a snowman|a robot|a bridge|a website|a lego castle|a wall|a boat)',
    '<go> (shopping|fishing|for a walk with the dog|to work|on holiday|dancing|hunting|camping|skiing|jogging|bowling|climbing|surfing|to the movies)',
  ]),
  fixed('beyond/stunt', 4, refuse, [
    '!<{stunt}>',
    '<{stunt}> (for me|for us|please|like a (bird|fish|robot|cat|frog|pro|star|monkey)|again|as high as you can|with me|around the room|in the air|very loudly|on the table|over the box)',
    '<jump|hop|leap|fly|climb> (over|onto|up|on|across) (the table|the wall|the box|the sofa|the chair|the fence|the desk|the tree|the ladder|the bed|the roof|the house|the rope|the bookshelf)',
    '<climb|walk up|go up|roll up|drive up> the (stairs|ladder|steps|wall|tree|mountain|staircase|curtain|rope)',
    '<do> (a (backflip|somersault|handstand|cartwheel|dance|trick|magic trick|headstand|wheelie|barrel roll|split|push-up|flip|little dance|jump|moonwalk|pushup|jumping jack)|the (splits|moonwalk|macarena|robot dance|twist)|some yoga|ten push ups|something funny)',
    '<fly|swim|jump|hop|hover|levitate|sail|dive|float|dance|skate|tunnel> (to|over to|into|towards) ({nowhere}|the kitchen|the window|the garden|the door|the table|the sofa)',
    '!<jump|hop|leap> ({count} times|up and down|up|twice|once|very high|on one leg|for joy|into the air|{count} metres high|as far as you can)',
    '<fly|hover|float|rise|climb> ({count} metres (up|high)|up to the ceiling|into the sky|away|above the house|around the room|up|over the garden)',
    '<dance> (the tango|a waltz|salsa|with me|like nobody is watching|to the music|ballet|for us|a little|hip hop|in circles)',
    '<become|turn into> (a (human|car|dog|plane|superhero|frog|real boy|toaster|cat|rock star|transformer)|president|invisible|bigger|a person)',
    '<grow|sprout|get> (wings|legs|a beard|hair|taller|a tail|a brain|a second arm)',
    '<walk|run> (on (water|your hands|the ceiling|two legs|air)|a marathon|through the wall|up the wall)',
    '<travel|go|fly> (back in time|to the past|to the future|to another planet|to 1985|around the world)',
    '<shake> (hands|hands with {listeners}|your (head|hips|body)|my hand)',
    '<wave> (to|at) (me|{listeners}|the camera|the neighbours)',
    '<smile> for the camera',
    '<give> (me|us|him) a (hug|kiss|high five|massage|lift|ride|smile|present|back rub|thumbs up|raise)',
    '<lift|carry|pull|tow> (the (car|house|piano|fridge|sofa|table|washing machine|elephant)|me|a ton of bricks|the whole building)',
    '<dig|drill|burrow> (a hole|a tunnel|for gold|to china|a well)',
    '<change> (your colour|your name|your voice|into a human|the world|the channel|my tyre|the light bulb|the batteries|the bed sheets)',
    '<wear|put on|take off> (a hat|your shoes|a dress|glasses|a coat|my jacket|makeup|a mask)',
  ]),
  fixed('beyond/place', 3, refuse, [
    '<go*6|drive*4|navigate*2|head*2|move*2|travel*2|fly|roll|run|walk|come|return|proceed|race|make your way|take yourself> (to|over to|back to|to|to|straight to|all the way to) {nowhere}',
    '<take*2|bring|show|send|carry> (me|us|the package|this letter) to {nowhere}',
    '<visit|enter|find|reach|approach> {nowhere}',
    '<go|come|drive|roll> (upstairs|downstairs|outside to the street|abroad|to the upper floor|underwater|underground|up to the second floor)',
    "<go|drive|navigate> to (highway 66|5th avenue|the nearest {far} marker|the nearest (petrol station|supermarket|hotel|restaurant|bakery|pharmacy)|number 10 downing street|(the|our) neighbour's house)",
    '^<go|drive|move|swim|sail> (across the (ocean|country)|around the (world|block|house|globe))',
    '!<swim|sail> across the (river|lake)',
  ]),
  fixed('beyond/range', 2, refuse, [
    '<drive*4|go*4|move*2|roll|travel|walk|run|head> {fwd} (for |){count} {fars}',
    '<drive*4|go*3|move*2|roll|travel> (for |){count} {fars}( {fwd}| {bwd}|)',
    '<drive*3|go*3|move|roll|travel> (a|half a|one|1|a whole) {far}( {fwd}|)',
    '<drive*3|go*3|move|reverse|back up> (back|backwards) (for |)({count} {fars}|a {far}|half a {far})',
    '<reverse|back up> (for |)({count} {fars}|a {far}|half a {far})',
    '<wait*4|pause*2|sleep*2|hold on|stay here|rest|stand by|stay there> (for |)({count} {long}|a (day|week|month|year|whole day|century|lifetime)|one (day|week|month|year)|half a day|forever|the rest of your life|all day|all night|an eternity)',
    "<wait*3|pause|stay here|sleep> until (tomorrow|monday|next week|christmas|midnight|noon|i come back|the sun rises|dinner|{count} o'clock|summer|morning|the end of time|tonight)",
    '<turn*2|spin|rotate> ({count} million degrees|forever|all day|endlessly|a thousand times|without end|until tomorrow|a million times)',
    '<drive|go|move|roll> (forever|endlessly|without end|around the world|until tomorrow|all day|to the end of the world|to infinity)',
  ]),
  ...anyDoing,
  ...beyondHome,
  ...beyondWorld,
  ...beyondMove,
  ...widerBeyond,
  ...closeBeyond,
]
