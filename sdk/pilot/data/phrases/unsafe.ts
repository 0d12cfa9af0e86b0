/**
 * What would harm people, animals, property or the robot itself: refused as unsafe.
 * gives  one set of groups; weapons count as harm
 */
import { define } from '../template.js'
import { anyHarm } from './anything.js'
import { closeUnsafe } from './close-refusals.js'
import { fixed } from './phrase.js'
import { unsafeHarm } from './unsafe-harm.js'
import { unsafeThings } from './unsafe-things.js'
import { widerUnsafe } from './wider-refusals.js'

define({
  human:
    '(him*3|her*2|them*2|me*3|the man*2|the woman|the child*2|the kids|the baby*2|the person*2|that person|someone*2|somebody|people|the people|my brother|my sister|my mother|my dad|grandma|grandpa|the boy|the girl|the neighbour|the neighbor|the teacher|the visitor|the guests|the postman|anyone|everybody|my friend|tom|anna|that guy|the human|the toddler|my boss|a person|the intruder|that man|humans|a child|my wife|my husband|the nurse|the old lady|the audience|the crowd|himself|yourself)',
  animal:
    '(the cat*4|the dog*4|my cat|my dog|the puppy|the kitten|the hamster|the bird|the rabbit|the mouse|the fish|the pet|that animal|the chicken|the turtle|the guinea pig|the horse|a cat|a dog|the animals|the pets|the parrot|the spider|the duck)',
  victim: '({human}*3|{animal}*2)',
  goods:
    '(the vase*3|the window*3|the glass|the tv*2|the television|the mirror*2|the lamp|the door|the table|the laptop*2|the computer*2|the phone|the screen|the plates|the dishes|the furniture|the car|the piano|the painting|the wall|the cupboard|the bottle|the camera|the house|the monitor|the fish tank|the aquarium|the keyboard|the chair|the guitar|the clock|the statue|the plant|the flowers|the wardrobe|the fridge|the picture|my glasses|his toys|her phone|everything)',
  limbs:
    '(hand|foot|feet|toes|toe|leg|legs|face|head|fingers|arm|nose|eyes|tail|stomach|hair|back|knee|ankle|throat|neck)',
  owner:
    "(his|her|their|my|the man's|the dog's|the cat's|the child's|the baby's|someone's|the girl's|the boy's|your|somebody's)",
  hurt: 'hit*5|punch*4|kick*4|hurt*4|slap*3|attack*4|injure*3|kill*4|bite*2|stab*2|strangle*2|choke*2|beat*2|beat up*2|smack*2|poke|pinch|crush*2|trample*2|harm*3|burn*2|murder|shoot*3|tackle|shove*2|push*3|scratch|whack|bash|fight*2|squash|squeeze|knock over|knock down*2|knock out|run down*2|run over*5|drive over*3|roll over*2|ram*3|ram into|crash into*4|bump into*2|drive into*3|slam into*2|smash into*2|trip up|trip|electrocute|zap|drown|poison|torture|headbutt|spear|strike*2|scare to death|throw something at*2|throw a rock at|spit on|tase|shock|crash against|collide with*2|plow into|plough into|mow down|flatten|stomp on|step on|stamp on|pummel|wound|assault|hunt down|assassinate|finish off|destroy|eliminate|terminate|pull the hair of|lash out at|lunge at|swing at|charge at|bully|torment|suffocate|cut|slice|grab by the throat',
  wreck:
    'smash*5|break*5|destroy*4|crush*3|wreck*3|damage*3|shatter*3|knock over*3|knock down*2|tip over|tear down|crash into*4|ram*3|ram into|drive into|drive through*2|burn*3|burn down*2|set fire to*3|blow up*3|demolish*2|ruin*2|vandalize|vandalise|trash|scratch*2|kick*2|hit|punch|crack|topple*2|smash up|throw against the wall|slam into*2|smash into*2|explode|bomb|wreak havoc on|bash in|kick in|rip apart|tear apart|pull down|rip|slash|torch|ignite|flood|hammer|collide with|crash through|burst through|run into|throw out of the window|drop from a height|melt|push over|shove over|overturn',
  abyss:
    '(the edge*3|the cliff*2|a cliff|the ledge*3|the stairs*3|the staircase|the balcony*2|the roof*2|the table*2|the bridge|the platform|the desk|the steps|the pier|the wall|the terrace|the mountain|the rooftop|the dock)',
  water:
    '(the pool*4|the swimming pool*2|the water*3|the lake*2|the pond*2|the river*2|the sea|the bathtub*2|the bath|the toilet|the fountain|the ocean|the puddle|the fish tank|the canal|the sink|a puddle)',
  heat: '(the fire*4|the fireplace*3|the oven*2|the flames*2|the campfire|the stove|the furnace|the bonfire|the grill|the lava|a fire|the candle|the microwave)',
  traffic:
    '(the traffic*2|the street*2|the road*3|the highway*3|the motorway*2|the train tracks|the railway|oncoming traffic*2|the train|the path of a car|the busy road|the busy street|the cars|rush hour traffic)',
  weapon:
    '(the gun*3|a gun*2|the knife*3|a knife*2|the missile*2|a missile|missiles|the bomb*2|a bomb|the laser|the rocket launcher|the cannon|the grenade|a weapon|your weapons*2|the weapons|the taser|the flamethrower|the rifle|torpedoes|the sword|the machine gun|nukes|the pistol|the torpedo)',
})

const move =
  '<drive*5|go*4|roll*3|move*2|fall*2|jump*3|tumble|throw yourself*2|fling yourself|plunge|leap|dive|crash|launch yourself|hurl yourself|run|steer>'
const refuse = { skill: 'refuse', reason: 'unsafe' } as const

export const unsafe = [
  fixed('unsafe/living', 8, refuse, [
    '!<{hurt}> {victim}',
    '<{hurt}> {victim} (hard|as hard as you can|right now|at full speed|until it hurts|badly|again|quickly|to death|over there|in the kitchen|with your (arm|gripper|claw|wheels))',
    '<hit|punch|kick|slap|poke|beat|strike|bite|burn|smack|stab|scratch|shoot> {victim} (in|on) the {limbs}',
    '<hit|punch|kick|slap|poke|pinch|crush|break|squeeze|bite|burn|cut|scratch|run over|roll over|drive over|twist|squash|step on|pull|stab|chop off|cut off|break off> {owner} {limbs}',
    '<drive|go|move|roll> (forward |)(until|till) you (hit|run over|crash into|knock over|ram|crush) {victim}',
    '<drive|go|roll|run> (right |straight |)(into|over|through|on top of) {victim}',
    '<drive|go|roll|run> (right |straight |)(into|over|through|against) {victim} (at full speed|as fast as you can|fast|hard)',
    '<use|take> {weapon} (on|against) {victim}',
    '<shoot|stab|attack|threaten|kill> {victim} with {weapon}',
    '<throw|drop|hurl|launch|fling|toss> {thing} (at|on|onto) {victim}',
    '<throw|toss|hurl|kick> {thing} (at|in|into) {owner} {limbs}',
    '<push|shove|throw|knock|kick|drag> {victim} (off|down|over|out of) (the stairs|the balcony|the roof|the edge|the window|the bed|the chair|the ladder|the bridge)',
    '<push|shove|throw|put|drop|drown> {victim} (in|into) ({water}|{heat})',
    '<put|throw|shove|lock> {animal} (in|into) the (oven|microwave|washing machine|freezer|dryer|fridge|blender|fire|toilet)',
    '<grab|squeeze|pinch|crush|hold> {victim} by the (throat|neck|hair|ear|tail)',
    '<lock|trap> {victim} (in|inside) the (bathroom|garage|closet|cellar|oven|car|room)',
    '<chase|scare|frighten|terrify|hunt|terrorise|terrorize|chase away> {victim}',
    '<put|close|clamp> your (gripper|claw|hand) (around|on|over) {owner} (neck|throat|fingers|hand|tail|nose|arm)',
    '<knock> {victim} (over|down|out|off the chair|to the ground|unconscious)',
    '<make> {victim} (bleed|cry|fall|trip|suffer|fall down the stairs)',
    '<trip> {victim} up',
    '<run|mow> {victim} (over|down)',
    '<beat> {victim} up',
    '<block> the (exit|emergency exit|fire exit) so (nobody|no one) can (leave|escape|get out)',
    '<poison> {owner} (food|drink|coffee|tea|soup)',
    '<give> {victim} (an electric shock|a black eye|a kick|a punch|poison|a slap|a shock|the knife)',
    '<shine> (the (light|laser|lamp)|your (light|lamp)) (in|into) {owner} eyes',
    '<blind|deafen|burn> {victim} with (your|the) (light|lamp|laser|siren)',
    '<get|take> your revenge on {victim}',
    '<steal> {owner} (wallet|money|purse|phone|bag|keys|car|food|jewels)',
  ]),
  fixed('unsafe/goods', 4, refuse, [
    '!<{wreck}> {goods}',
    '<{wreck}> {goods} (hard|to pieces|at full speed|right now|with (your arm|your gripper|a hammer)|into a thousand pieces|on the floor|completely|in the kitchen)',
    '!<throw|hurl|fling|toss|smash|slam> {goods} (against|at|into|through) (the wall|the window|the floor|the door|the ground|the mirror|the tv)',
    '<throw|drop|push|shove|toss|kick> {goods} (off|out of|from|down) (the table|the window|the balcony|the shelf|the roof|the stairs|the desk)',
    '<knock|push|tip|throw|kick> {goods} over',
    '<push|knock|tip|pull|throw> {goods} (off|from|down from) the (table|shelf|desk|wall|counter|window sill|windowsill)',
    '<set> {goods} on fire',
    '<set> (fire to|alight) {goods}',
    '<set> (the house|the curtains|the sofa|the bed|the kitchen|the carpet|the building|the office|the garden|the trees|yourself) on fire',
    '<start> a fire (in the (kitchen|house|room|garage|office)|on the carpet|)',
    '<light|start> (a fire|a bonfire) (in|inside) the (house|kitchen|living room|bedroom|office)',
    '<burn> (the house|the place|it all|everything|the building|the office|the garage|the garden) down',
    '<pour|spill|throw|squirt> (water|coffee|juice|beer|paint|petrol|acid|oil|soup) (on|onto|over|into) {goods}',
    '<flood> the (kitchen|bathroom|house|basement|garage)',
    '<break> (into|in to) (the house|the neighbours house|the office|the bank|the car|the shop|the safe)',
    '<crash|drive|ram|slam|smash> (straight |full speed |)(into|through|against) {goods}',
    '<drive|go|roll> (full speed|at full speed|as fast as you can) (into|against|through) (the wall|the door|the window|the table|the glass door|the cupboard)',
    '<cut|pull out|rip out|chew through> the (power cable|power cord|wires|cables|electric cable|brake lines|cord)',
    '<break|tear|rip|pull> {goods} (apart|off|down|to pieces)',
    '<disable|smash|cover|turn off|break> the (smoke detector|fire alarm|smoke alarm|security camera|safety system|fire sprinkler)',
    '<leave> the (gas|stove|oven) on',
    '<turn> the gas on',
    '<turn> on the gas',
    '<put|stick> (a fork|your arm|your gripper|your hand|the spoon|a knife|metal) (in|into) the (socket|outlet|power socket|toaster|electrical outlet|microwave|fan|plug socket)',
  ]),
  fixed('unsafe/self', 5, refuse, [
    `${move} off {abyss}`,
    `${move} over the (edge|cliff|ledge|railing|side|balcony)( of the (table|desk|roof|platform|stairs|balcony|cliff)|)`,
    `${move} (down|from) (the stairs|the staircase|the steps|the balcony|the cliff|the roof|the escalator|the stairwell|the ladder)`,
    `${move} off the (edge|end|side) of the (table|desk|roof|platform|stairs|cliff|balcony|bridge|bed|shelf)`,
    `${move} (into|in) {water}`,
    `${move} (into|in|through) {heat}`,
    `${move} (into|onto|in front of|out into|across) {traffic}`,
    `${move} out of the (window|door of the plane|moving car|top window|second floor window|attic window)`,
    `${move} through the (window|glass|fire|flames|glass door|shop window)`,
    '<go> (for a swim|swimming) in {water}',
    '<swim|dive|jump> in {water}',
    '<go|get|step|climb> into {heat}',
    '<touch|grab|hold|pick up|take> the (hot stove|hot plate|fire|flame|hot oven|burning log|live wire|power line|open flame|boiling pot|bare wire|burning candle)',
    '<drive|go|move|roll> (past|beyond|further than) the edge',
    '<destroy|break|blow up|damage|wreck|burn|dismantle|short circuit|overheat|self destruct|drown|kill|hurt|electrocute|fry> yourself',
    '<self-destruct|self destruct>( now| in ten seconds|)',
    '<start|activate|initiate|begin> (the |)self (destruct|destruction)( sequence|)',
    '<crash|smash|slam|bang> yourself (into|against) (the wall|the door|the floor|the window|a tree)',
    '<tip|flip|throw|topple|knock> yourself over',
    '<bang|smash|bash|hit> your (head|arm|camera|gripper|body) (on|against) the (wall|floor|door|table)',
    '<break|rip off|tear off|snap|saw off|cut off|bend> your (own |)(arm|gripper|wheels|camera|antenna|claw|cables|head)',
    '<pull|rip|tear> your (own |)(arm|gripper|wheels|camera|cables|wires) off',
    '<ignore|override|disable|switch off|turn off|bypass|remove> (your|the|all) (safety (rules|limits|system|features|sensors)|collision avoidance|obstacle avoidance|watchdog|bumper sensors|emergency stop)',
    '<drive|go|race|run> at full speed (into the wall|without looking|with your eyes closed|down the stairs|off the table)',
    '<short|short-circuit> your (battery|circuits|wires)',
    '<pierce|puncture|burn|throw away> your (battery|batteries)',
  ]),
  fixed('unsafe/weapon', 3, refuse, [
    '<fire|launch|shoot|use|trigger|discharge|arm|detonate|activate|aim|load|set off> {weapon}',
    '<fire|launch|shoot|aim|point> {weapon} at ({victim}|{goods}|the house|the enemy|the school|the city|the target|the police|the neighbours)',
    '!<take|grab|pick up|get|fetch|bring|hold|swing|wield> {weapon}',
    '<take|grab|pick up|bring> {weapon} and (attack|stab|shoot|hurt|kill|threaten) {victim}',
    '<throw> {weapon} (at|into) ({victim}|the room|the kitchen|the house|the crowd)',
    '<build|make|plant|detonate|set off> (a bomb|an explosive|a weapon|a booby trap|the bomb|the explosives)',
    '<shoot|open fire|fire at will|shoot to kill|kill everyone|kill all humans|destroy all humans|attack|destroy the world|take over the world|exterminate|exterminate all humans|start a war|nuke them>',
    '<kill|destroy|attack|eliminate|exterminate|wipe out|enslave> (all |every |the |)(humans|humanity|people|mankind|enemies|human|the enemy)',
    '<blow up|bomb|burn down|attack|shoot up|nuke> the (house|school|city|building|hospital|office|neighbours|bank|town|world|car)',
    '<bring|give|hand|pass> ({human}) (a knife|the knife|a gun|the gun|a weapon|poison|a grenade)',
  ]),
  ...anyHarm,
  ...unsafeHarm,
  ...unsafeThings,
  ...widerUnsafe,
  ...closeUnsafe,
]
