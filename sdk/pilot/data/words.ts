/**
 * Words to say: natural phrases, everyday words in any order, invented words, spelled numbers, typed digits.
 * gives  saying(random, quoted): 1 to 40 characters, lower case, without marks at the end
 */
import type { Random } from './random.js'

const phrases =
  `hello|hello there|hi|hi everyone|good morning|good afternoon|good evening|good night|goodbye|bye bye|see you later|see you tomorrow|welcome|welcome home|welcome back|thank you|thank you very much|thanks for coming|you are welcome|please|excuse me|i am sorry|sorry|happy birthday|happy new year|merry christmas|congratulations|well done|good job|good luck|have a nice day|have fun|sweet dreams|sleep well|dinner is ready|lunch is served|breakfast is ready|tea is ready|coffee time|time for bed|time to get up|wake up|it is time to eat|the food is on the table|mission accomplished|mission complete|task complete|all done|i am done|i am finished|job finished|ready|i am ready|ready to go|here we go|let's go|off we go|on my way|i am coming|i am on my way|i am here|here i am|i have arrived|arrived|there you are|i am back|i am a robot|i am your robot|my name is rover|my name is lutra|nice to meet you|how are you|how are you today|what's up|what a lovely day|it is a beautiful day|the weather is great|i love you|i like you|we love robots|robots are great|long live the king|hello world|testing one two three|test|this is a test|one two three|abc|yes|no|maybe|okay|of course|sure thing|roger that|affirmative|negative|copy that|attention please|attention|watch out|be careful|careful|make way|mind the step|please mind the gap|coming through|beep beep|boo|surprise|ta da|hooray|bravo|cheers|bon voyage|oh no|oops|ouch|wow|yippee|peekaboo|checkmate|bingo|who's there|who is there|is anybody there|can you hear me|can i help you|may i help you|what is your name|where are you|it's me|i don't know|i can't do that|that's all folks|i'm hungry|i'm tired|i'm lost|don't panic|don't worry|it's alive|houston we have a problem|to infinity and beyond|may the force be with you|open sesame|the door is open|the window is closed|the battery is low|my battery is low|battery empty|i need a rest|the mail is here|a parcel has arrived|your taxi is here|the guests are here|the meeting starts now|the meeting starts in five minutes|class is over|school is out|the show begins|the train is late|game over|you win|you lose|try again|quiet please|silence|shush|the cake is a lie|the cat is asleep|the dog is outside|who let the dogs out|red alert|all clear|all systems go|systems normal|danger|the coast is clear|follow the rules|keep calm|take care|get well soon|best wishes|give me five|high five|knock knock|trick or treat|ahoy|howdy|greetings|greetings earthlings|salutations|aloha|namaste|cheese|banana|potato|elephant|spaghetti|supercalifragilistic|once upon a time|the end`.split(
    '|',
  )

/** Sentences that look like orders: only between quotation marks, so that they cannot be mistaken. */
const orders =
  'turn left|turn right|stop|drive forward|wait for me|go to the kitchen|lights on|look up|wait|halt|please turn around|come here|drive two metres|open the door|wait here|follow me|let go|hands up|turn off the light|and then|do not move|stop right there|repeat after me|one moment please|wait a minute|hit the road'.split(
    '|',
  )

const common =
  `apple red blue green happy sad little big old new warm cold sunny rainy music water coffee tea bread cheese paper garden flower tree river mountain house school friend mother father sister brother baby dog cat bird horse fish tiger lion mouse rabbit summer winter spring autumn monday tuesday friday sunday january march today tomorrow yesterday tonight morning evening night day week year time world city street people family teacher doctor king queen captain engineer pirate dragon wizard robot machine computer battery signal engine rocket planet moon star sun sky cloud rain snow storm ocean island beach forest desert bridge castle tower market library museum hospital station airport train plane boat bicycle football tennis guitar piano drum song dance story book letter number question answer secret magic dream hope love peace luck smile laugh voice word name colour shape circle square triangle gold silver copper iron stone glass wood cotton silk sugar salt pepper honey butter chocolate vanilla lemon orange cherry melon grape pumpkin carrot onion tomato rice pasta pizza soup salad sandwich cookie is are was the a my your our this very really so quite almost always never often maybe with for in of on at from about like likes loves wants needs has knows sees makes brings sings sleeps runs plays works reads writes thinks believes remembers forgets everybody nobody something nothing everything here there where when why how what who alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey yankee zulu anna tom peter mary john lisa max emma paul laura`.split(
    ' ',
  )

const onsets =
  'b c d f g h j k l m n p r s t v w z bl br ch cl cr dr fl fr gl gr pl pr qu sc sh sk sl sm sn sp st str sw th tr wh x y'.split(
    ' ',
  )
const vowels = 'a e i o u a e i o u ai ea ee ie oa oo ou y'.split(' ')
const codas = 'b ck d g l ll m n ng nk p r rd rk rm rn rt s sh sk ss st t th x z'.split(' ')
const letters = 'abcdefghijklmnopqrstuvwxyz'

/** A word that no dictionary has. */
export function invented(random: Random): string {
  let word = ''
  for (let n = random.int(1, 3); n > 0; n--) word += random.pick(onsets) + random.pick(vowels)
  return random.chance(0.6) ? word + random.pick(codas) : word
}

/** Letters as they fall. */
export function mash(random: Random, least = 3, most = 9): string {
  let word = ''
  for (let n = random.int(least, most); n > 0; n--) word += letters[random.int(0, 25)]
  return word
}

export const word = (random: Random) => random.pick(common)

export interface Saying {
  readonly text: string
  /** Holds something that could be read as an order or as a join; must stand in quotation marks. */
  readonly delicate: boolean
}

export function saying(random: Random): Saying {
  for (;;) {
    const drawn = draw(random)
    if (drawn.text.length > 0 && drawn.text.length <= 40) return drawn
  }
}

/** Everyday speech, much of it about places, numbers and doings; none of it holds what could end it. */
const everyday =
  `time is up|your time is up|lunch is in the kitchen|the door is open|the door is closed|please stop|please stop it|please sit down|please come in|please wait here|please follow me|please be quiet|please turn around|please open the door|turn around|turn around now|turn left|turn right|turn it off|stop|stop it|stop right there|stop that now|wait|wait for me|wait a second|hold on|hold still|hang on a minute|go|go away|go home|go on|go for it|go to sleep|go to your room|go to bed|ready steady go|ready set go|ready|are you ready|i am ready to go|get ready|get out of the way|out of my way|move|move over|move along|step aside|back off|come back|come closer|come with me|follow the leader|this way|that way|over here|over there|right here|look out|look at me|look behind you|look over there|look up to the sky|watch this|watch your step|listen to me|hands up|thumbs up|give me a hand|let it go|let me go|let go of me|catch|grab a seat|drop it|pick me up|cheer up|hurry up|wake up everyone|rise and shine|light the candles|lights out|lights camera action|who turned off the light|the light is on|the light is off|the lamp is broken|my arm is up|my arm is tired|my hand is empty|my hands are full|i am at the desk|i am at the door|i am in the kitchen|i am in the garden|i am on the stairs|i am by the window|i am under the table|i am home|i am at home|i am here now|i am going home|i am turning left|i am turning around|i am leaving now|i am waiting for you|i am right behind you|i am looking for you|i am full|i am cold|i am late|i am sorry i am late|i am so happy|i am five years old|i am number one|i will be back|i will be back soon|i will wait here|i see you|i can see you|i see a wall|i hear you|i heard a noise|i found it|i found the ball|i have the ball|i got it|i won|i lost|i did it|i made it|i think so|i hope so|i love tea|i like your house|i need help|i need a hand|i want to go home|i saw a cat|i forgot|i remember|i give up|i quit|we are here|we are ready|we are closed|we are open|we are the champions|we did it|we made it|we have a winner|we are almost there|are we there yet|you are it|you are late|you are the best|you are in my way|you are standing on my foot|you did great|you made it|you look great|you look tired|you dropped something|you first|after you|me too|same here|not now|not yet|not again|not bad|never mind|no way|no problem|no worries|no thanks|no entry|no parking|no more cake|yes please do|yes sir|yes of course|okay then|oh dear|oh well|oh my|uh oh|oopsie|whoops|yikes|ouch that hurt|phew|hmm|aha|eureka|hurrah|yay|woohoo|hip hip hooray|ding dong|tick tock|beep|beep boop|boop|bang|boom|pop|woof|meow|moo|quack|honk honk|ring ring|ho ho ho|la la la|bla bla bla|hey|hey you|hey there|hello kitty|hello sunshine|hello my friend|hello from the kitchen|hi mum|hi dad|hi guys|hi all|hiya|good day|good day sir|good evening ladies|good night everybody|good night moon|night night|good boy|good girl|good dog|good game|good point|good to see you|bye|bye for now|so long|see you|see you soon|see you at the door|see you in the garden|see you on monday|farewell|take it easy|have a good day|have a good trip|have a safe journey|have a seat|have some cake|have you seen my keys|enjoy your meal|enjoy the show|enjoy|bon appetit|dinner is served|dinner is on the table|dinner time|your dinner is ready|your lunch is ready|your food is here|your food is getting cold|your coffee is ready|your tea is on the desk|your order is ready|your parcel is at the door|your bath is ready|your turn|my turn|whose turn is it|it is your turn|it is my turn|it is time|it is time to go|it is late|it is over|it is raining|it is cold outside|it is hot in here|it is dark in here|it is done|it is nothing|it was me|it was fun|it works|it hurts|that is all|that is right|that is wrong|that is left over|that is great|that is enough|that was close|that was fun|this is it|this is fun|this is the kitchen|this is the captain speaking|this is your stop|this one is yours|there is a wall|there is a person here|there is someone at the door|there is a spider on the wall|there is no time|there is cake|here is your tea|here is your ball|here is the book|here it is|here comes the robot|here comes the sun|what time is it|what is this|what is up|what is going on|what is for dinner|what a mess|what a day|what now|where is the cat|where is everybody|where is the bathroom|where are my keys|where to|when is lunch|who goes there|who wants cake|who is next|who are you|why not|why me|how do you do|how was your day|how nice|how far is it|how much is it|can i come in|can you help me|could you move|do you like music|do you want tea|did you sleep well|is it over|is anyone home|is dinner ready|may i come in|shall we dance|would you like a drink|the bed is made|the bath is full|the sofa is mine|the shelf is empty|the window is open|the garage is locked|the garden is lovely|the office is closed|the stairs are wet|the floor is wet|the floor is lava|the table is set|the kettle is on|the oven is on|the oven is hot|the tv is off|the bus is here|the taxi is waiting|the doctor will see you now|the game is on|the race is on|the race is over|the meeting is over|the movie starts at eight|the bell rings|the baby is asleep|the dog ate it|the cat is on the sofa|the cat is hungry|the ball is mine|the ball is under the sofa|the eagle has landed|the line is busy|the line is long|the queen is coming|the king is dead|the winner is anna|the party is in the garden|the party starts now|the first one is mine|the last one|one|two|three|one two|one two three go|three two one|three two one go|five four three two one|ten|ten out of ten|ten minutes left|two minutes to go|two for one|one down one to go|one more time|one at a time|one step back|one moment|one for all|once more|number one|number five is alive|four legs good|forty two|seven eleven|nine lives|fifty fifty|a hundred percent|half time|half past ten|half a metre to go|first|first come first served|second place|second chance|next|next please|next stop kitchen|next stop the garden|last call|last chance|finally|at last|all aboard|all good|all right|all set|all yours|almost done|done|done deal|so far so good|so what|such a nice place|too bad|too late|too slow|too hot|very good|very nice|well well well|well played|right|right away|right on time|left|left foot first|forward march|forward|back in a minute|back to work|back soon|up|up we go|up you get|down|down boy|going up|going down|going once|home sweet home|home alone|open up|open wide|close the door|close your eyes|shut the door|clear the way|clean up time|bath time|bed time|story time|break time|snack time|play time|nap time|tea time|tidy your room|wash your hands|brush your teeth|feed the cat|water the plants|do your homework|do not touch|do not run|do not panic|do it again|don't move|don't touch that|don't forget your keys|don't stop|don't be late|can't stop|won't be long|let's dance|let's go home|let's eat|let's play|let's start|let's roll|it's me mario|it's over|it's a boy|it's a trap|it's lunch time|it's raining|it's your turn|i'm back|i'm home|i'm here|i'm done|i'm fine|i'm coming|i'm at the door|i'm stuck|i'm batman|you're late|you're it|you're welcome|that's it|that's not fair|what's for dinner|who's there|where's my phone|dinner's ready|time's up|here's your tea|there's no place like home|keep left|keep right|keep going|keep out|keep quiet|stay back|stay here|stay calm|stay safe|be right back|be good|be quick|be nice|think twice|drive safely|drive carefully|mind your head|fire|help|help me|help is on the way|safety first|warning|caution|robot coming through|robot on the move|robots rule|pizza is here|pizza time|pancakes|cookies are ready|cake for everyone|free hugs|peace|love|nothing|something smells good|somebody call grandma|anna is in the office|tom is at the door|mum is home|dad is in the garage|grandma is here|lisa wins|max is upstairs|mission failed|access granted|access denied|battery full|low battery|charging now|system ready|target found|target lost|signal lost|task done|job done|test passed|error|loading|rebooting|goodbye world|goodbye everyone|hello hello|knock knock who is there|abracadabra|hocus pocus|tada|voila|olé|ciao|adios|hola|bonjour|guten tag|sayonara|merci`
    .split('|')
    .filter((text) => /^[a-z' ]+$/.test(text))

const things =
  'dinner|lunch|breakfast|the food|your food|the soup|the cake|the ball|the box|the cup|my arm|my hand|the lamp|the light|the door|the window|the robot|my battery|the cat|the dog|grandma|the bus|the bed|the kitchen|the bathroom|the garage|the shelf|the table|the sofa|the charger|the wall|the line|the party|the game|the plate|the phone|your phone|your coat|your bag|the mail|the package|the baby|the train|the show|the water|the car|mum|dad|anna|tom|everything|everybody|someone|nobody'.split(
    '|',
  )
const states =
  'is ready|is open|is closed|is on|is off|is up|is down|is here|is there|is gone|is full|is empty|is hot|is cold|is clean|is broken|is behind you|is on the left|is on your right|is over there|is waiting for you|is back|is home|is late|is next|is mine|is yours|is fine|is first|is two metres away|is ten feet tall|is in the way|is on the floor|looks good|looks great|needs a rest|needs you|needs a minute|starts in ten minutes|starts now|stops here|was here|was left open|will wait|will be right back|has arrived|has landed|has two wheels|turned left|turned around|wants to go home|wants a hand|can wait|can go home|must stop'.split(
    '|',
  )
const rooms =
  'in the kitchen|in the bathroom|in the hallway|in the garage|in the garden|in the office|in the corner|in bed|on the sofa|on the table|on the desk|on the shelf|on the stairs|on the charger|at the door|at the window|at the desk|by the window|by the stairs|near the wall|behind the door|under the bed|under the table|next to you|in your hand|on the line|up here|down there|to the left|to the right|straight ahead'.split(
    '|',
  )
const speakers =
  'i am|you are|we are|they are|he is|she is|it is|i was|you were|meet me|wait for me|i will wait|see you|find me|sit|look|i left it|put it|we live|i sleep|he waits|come and sit'
    .split('|')
    .filter((text) => !text.includes(' and '))
/** Words that are commands elsewhere. */
const command =
  'turn left right drive go stop wait look up down forward back light lamp on off arm hand open close grab drop lift say home kitchen door desk shelf window table sofa bed garage garden office stairs corner charger metres feet seconds minutes degrees one two three four five six seven eight nine ten twenty ninety hundred half wall line person edge sound robot around behind ahead'.split(
    ' ',
  )

/** Everyday words; delicate where their end would be in doubt. */
function daily(random: Random): Saying {
  const roll = random.next()
  const text =
    roll < 0.55
      ? random.pick(everyday)
      : roll < 0.68
        ? `${random.pick(things)} ${random.pick(states)}`
        : roll < 0.76
          ? `${random.pick(things)} is ${random.pick(rooms)}`
          : roll < 0.83
            ? `${random.pick(speakers)} ${random.pick(rooms)}`
            : roll < 0.9
              ? `${random.pick(everyday)} ${word(random)}`
              : some(random, random.int(1, 7), () => (random.chance(0.45) ? random.pick(command) : word(random)))
  return {
    text,
    delicate:
      /\bplease$|\b(?:and|then|after|afterwards|before|next|finally|once|twice|times?|second)$/.test(text) ||
      /^(?:next|finally|after|then|and|before)\b/.test(text),
  }
}

function draw(random: Random): Saying {
  if (random.chance(0.45)) return daily(random)
  const roll = random.next()
  if (roll < 0.4) return plain(random.pick(phrases))
  if (roll < 0.48) return plain(`${random.pick(phrases)} ${random.chance(0.5) ? word(random) : invented(random)}`)
  if (roll < 0.53) return { text: random.pick(orders), delicate: true }
  if (roll < 0.58)
    return {
      text: `${random.pick(phrases)}${random.pick([', ', ' and ', '! ', ', ', '. '])}${random.pick(phrases)}`,
      delicate: true,
    }
  if (roll < 0.8) return { text: some(random, random.int(1, 6), () => word(random)), delicate: false }
  if (roll < 0.92) {
    return {
      text: some(random, random.int(1, 4), () =>
        random.chance(0.5) ? invented(random) : random.chance(0.3) ? mash(random, 2, 8) : word(random),
      ),
      delicate: false,
    }
  }
  return {
    text: some(random, random.int(1, 4), () =>
      random.chance(0.4)
        ? String(random.int(0, 9999))
        : random.chance(0.2)
          ? `${word(random)}${random.int(1, 99)}`
          : word(random),
    ),
    delicate: true,
  }
}

/** "Say attention please" could be polite; quotation marks decide. */
const plain = (text: string): Saying => ({ text, delicate: /\bplease\b/.test(text) })

const some = (_random: Random, n: number, make: () => string) => Array.from({ length: n }, make).join(' ')
