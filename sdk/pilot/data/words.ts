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

function draw(random: Random): Saying {
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
