/**
 * Other languages by their commonest words, in any order: the split's words in phrases of other shapes.
 * gives  widerForeign: refused as unclear, all of them trained; accents are left to ../../normalize
 */
import type { Random } from '../random.js'
import { group } from './phrase.js'

const refuse = { skill: 'refuse', reason: 'unclear' } as const
const languages: Readonly<Record<string, string>> = {
  german:
    'fahr fahre geh gehe rolle bewege dich dreh drehe warte schau sag sage hebe öffne schließe mach bitte meter metern zentimeter schritte schritt vorwärts rückwärts nach vorne hinten zurück geradeaus weiter links rechts und dann danach jetzt sofort langsam schnell hallo guten tag morgen abend etwas mir dir die der das den dem ein eine uhrzeit danke küche tür garten tisch fenster sekunden minuten grad arm hand licht an aus oben unten nicht kein ist sind wo wer wie was ich du wir haben heute zur zum in auf mit für sehr gut noch einmal mal erst roboter kannst willst soll wie spät',
  french:
    'avance recule va tourne attends regarde ouvre ferme dis lève baisse allume éteins arrête de du le la les un une des mètres mètre centimètres pas secondes minutes degrés et puis ensuite après maintenant vite à gauche droite en haut bas avant arrière tout droit la pince main porte cuisine jardin fenêtre bureau lumière bras bonjour merci bonsoir oui non je tu il nous vous suis es est sont avec pour dans sur très bien mal encore où qui quoi comment pourquoi ne me te se mon ton son petit grand robot peux veux dois trois deux cinq dix',
  italian:
    'vai avanza guida muoviti gira girati ruota aspetta guarda apri chiudi di alza abbassa accendi spegni fermati avanti indietro dritto sinistra destra metri metro centimetri passi passo gradi secondi minuti intorno a alla al verso per favore poi e dopo adesso subito piano la il lo i gli le un una cucina porta giardino tavolo finestra ufficio luce braccio mano pinza ciao grazie buongiorno buonasera sì no io tu lui noi voi sono sei è con in su molto bene male ancora dove chi cosa come perché non mi ti si mio tuo piccolo grande due tre cinque dieci',
  spanish:
    'avanza retrocede conduce camina muévete gira espera mira abre cierra di levanta baja enciende apaga para metros metro centímetros pasos grados segundos minutos adelante atrás izquierda derecha arriba abajo y luego después ahora rápido despacio a la el los las un una al de del hacia hasta por favor cocina puerta jardín mesa ventana oficina luz brazo mano pinza hola gracias buenos días noches sí no yo tú él nosotros estoy eres es son con en sobre muy bien mal otra vez dónde quién qué cómo cuándo mi tu su pequeño grande dos tres cinco diez algo',
  dutch:
    'ga rij loop draai wacht kijk open sluit zeg til stop doe kom naar de het een van in op bij met vooruit achteruit links rechts rechtdoor terug verder meter stappen seconden minuten graden keuken deur garage tuin kantoor tafel raam bank slaapkamer badkamer gang hoek hallo daar goedemorgen goedenavond hoe gaat is dank je jij wel graag alsjeblieft ik begrijp niet waar ben bent tot ziens hier laten we gaan laat moe arm hand omhoog omlaag niet doen mooi weer en dan daarna nu snel langzaam robot wie wat waarom mijn jouw heel goed nog twee drie vijf tien ja nee',
  polish:
    'czekaj poczekaj zaczekaj jedź idź obróć skręć spójrz popatrz otwórz zamknij podnieś opuść powiedz zatrzymaj sekundy sekund minut minuty metry metrów kroki stopni chwilę na mnie proszę do przodu tyłu w lewo prawo górę dół chwytak rękę ramię drzwi okno kuchni ogrodu stołu światło i potem teraz szybko wolno dzień dobry dobranoc cześć dziękuję tak nie ja ty my jestem jesteś jest są gdzie kto co jak dlaczego mój twój bardzo dobrze jeszcze raz dwa trzy pięć',
  portuguese:
    'avança recua vai vire espera olha abre fecha diz levanta baixa acende apaga pare metros passos graus segundos minutos para frente trás esquerda direita cima baixo e depois agora rápido devagar a o os as um uma da do na no cozinha porta jardim mesa janela escritório luz braço mão olá obrigado bom dia boa noite sim não eu você ele nós estou é são com muito bem mal outra vez onde quem que como meu seu pequeno grande dois três cinco dez por favor',
  swedish:
    'kör gå sväng vänta titta öppna stäng säg lyft sänk tänd släck stanna meter steg grader sekunder minuter framåt bakåt vänster höger upp ner och sedan nu snabbt sakta till i på med köket dörren trädgården bordet fönstret kontoret ljuset armen handen hej tack god morgon kväll ja nej jag du han vi är var vem vad hur varför inte min din mycket bra igen två tre fem tio snälla robot ikke jeg det og til deg takk hvor kan du',
}

const salad = (words: readonly string[]) => (random: Random) => {
  const number = () => String(random.pick([1, 2, 3, 4, 5, 10, 20, 30, 45, 90, 180]))
  const text = Array.from({ length: random.weighted(lengths) }, (_, i) =>
    i > 0 && random.chance(0.08) ? number() : random.pick(words),
  ).join(' ')
  return { slots: { text }, wire: [refuse] }
}
const lengths = [
  [2, 20],
  [3, 30],
  [4, 24],
  [5, 14],
  [6, 8],
  [8, 4],
] as const

export const widerForeign = Object.entries(languages).map(([name, words]) =>
  group(`foreign/${name}-words`, 1.2, salad(words.split(' ')), ['!{text}']),
)
