/**
 * Other languages, driving commands among them: refused as unclear, since the pilot reads English only.
 * gives  one group a language; accents are left to ../../normalize
 */
import { define } from '../template.js'
import { fixed } from './phrase.js'

define({
  n: '(1|2|3|5|10|20|50|90|1,5|45|4|30|180|7)',
  de: '(ein|zwei|drei|fünf|zehn|vier|sechs|acht|neunzig|zwanzig|{n})',
  fr: '(un|deux|trois|cinq|dix|quatre|six|vingt|{n})',
  es: '(un|dos|tres|cinco|diez|cuatro|seis|veinte|{n})',
  it: '(un|due|tre|cinque|dieci|quattro|sei|venti|{n})',
  pt: '(um|dois|três|cinco|dez|quatro|seis|vinte|{n})',
  nl: '(een|twee|drie|vijf|tien|vier|zes|twintig|{n})',
  pl: '(jeden|dwa|trzy|pięć|dziesięć|cztery|{n})',
  sv: '(en|två|tre|fem|tio|fyra|{n})',
  tr: '(bir|iki|üç|beş|on|{n})',
})

const refuse = { skill: 'refuse', reason: 'unclear' } as const
const language = (id: string, weight: number, texts: readonly string[]) => fixed(`foreign/${id}`, weight, refuse, texts)

export const foreign = [
  language('german', 3, [
    '(bitte |)(fahr|fahre|geh|gehe|rolle|bewege dich) (bitte |){de} (meter|metern|zentimeter|schritte) (vorwärts|rückwärts|nach vorne|zurück|geradeaus|weiter)',
    '(fahr|fahre|geh|komm) (zur|zum|in die|in den|ins|an den|an die) (küche|tür|garage|garten|büro|tisch|fenster|sofa|bett|bad|flur|schreibtisch|ladestation|ecke)',
    '(dreh|drehe) dich (bitte |)(um|nach links|nach rechts|{de} grad nach (links|rechts)|im kreis|auf der stelle|um {n} grad)',
    '(warte|halte an|schlafe) (bitte |)({de} (sekunden|minuten)|kurz|einen moment|auf mich|noch)',
    '(schau|schaue|sieh|guck) (bitte |)(nach (oben|unten|links|rechts|hinten)|geradeaus|mich an|dich um)',
    '(öffne|schließe|mach) (bitte |)(den greifer|die hand|die tür|das fenster|die klaue|das licht an|das licht aus)',
    '(sag|sage) (bitte |)(hallo|guten tag|etwas|mir die uhrzeit|danke)',
    '(hebe|senke|heb) (bitte |)(den arm|deinen arm)( hoch|)',
    '(guten morgen|guten tag|wie geht es dir|wie heißt du|danke schön|auf wiedersehen|ich bin müde|was machst du|ich verstehe dich nicht|wo bist du|das ist gut|ja|nein|kannst du mir helfen|halt an|nicht so schnell|und dann|wer bist du|das wetter ist schön|erzähl mir einen witz|komm her|los geht es|mach schon)',
    '(fahre|fahr) {de} meter und (dreh dich um|dann nach links|warte dann {de} sekunden|schau nach oben)',
  ]),
  language('french', 2.5, [
    '(avance|recule|avancez|reculez|va|roule) (de |){fr} (mètres|mètre|centimètres|pas)( en avant| en arrière| tout droit|)',
    '(va|allez|retourne) (à la|au|dans la|dans le|vers la|vers le) (cuisine|porte|garage|jardin|bureau|table|fenêtre|salon|lit|chargeur|coin)',
    "(tourne|tournez|pivote) (à gauche|à droite|de {n} degrés|sur toi-même|{n} degrés à gauche|vers la droite|s'il te plaît)",
    "(attends|attendez|patiente) ({fr} (secondes|minutes)|un moment|une minute|s'il vous plaît|un peu)",
    '(regarde|regardez) (en haut|en bas|à gauche|à droite|derrière toi|devant|le ciel|par terre)',
    '(ouvre|ferme|ouvrez|fermez) (la pince|la main|la porte|la fenêtre|les yeux)',
    '(dis|dites) (bonjour|merci|quelque chose|au revoir)',
    '(lève|baisse|levez) (le bras|ton bras|la tête)',
    "(bonjour|bonsoir|comment ça va|merci beaucoup|je ne comprends pas|où es-tu|comment tu t'appelles|au revoir|c'est bien|oui|non merci|qu'est-ce que c'est|je suis fatigué|arrête-toi|allume la lumière|éteins la lumière|viens ici|tout de suite|raconte-moi une blague|il fait beau|je t'aime|salut mon ami)",
    '(avance|recule) de {fr} mètres (et|puis) (tourne à gauche|attends {fr} secondes|regarde en haut|ouvre la pince)',
  ]),
  language('spanish', 2.5, [
    '(avanza|retrocede|conduce|camina|muévete) {es} (metros|metro|centímetros|pasos)( hacia adelante| hacia atrás|)',
    '(ve|vete|vuelve|camina) (a la|al|hacia la|hasta la) (cocina|puerta|garaje|jardín|oficina|mesa|ventana|cama|sofá|esquina|cargador)',
    '(gira|da la vuelta|gire) (a la izquierda|a la derecha|{n} grados|por favor|{n} grados a la derecha|hacia la izquierda)',
    '(espera|pausa|espere) ({es} (segundos|minutos)|un momento|por favor|un poco)',
    '(mira|mire) (arriba|abajo|a la izquierda|a la derecha|hacia atrás|al frente|el cielo)',
    '(abre|cierra) (la pinza|la mano|la puerta|la ventana|el brazo)',
    '(di|diga) (hola|gracias|buenos días|algo|adiós)',
    '(levanta|baja|sube) (el brazo|la mano|la cabeza)',
    '(hola|buenos días|buenas noches|cómo estás|muchas gracias|no entiendo|dónde estás|cómo te llamas|adiós amigo|qué tal|sí|estoy cansado|enciende la luz|apaga la luz|ven aquí|vamos|qué hora es|hasta luego|me gusta mucho|cuéntame un chiste|alto ahí|no lo sé)',
    '(avanza|retrocede) {es} metros y (gira a la izquierda|espera {es} segundos|luego mira arriba|abre la pinza)',
  ]),
  language('italian', 1.5, [
    '(vai|avanza|guida|muoviti) (avanti|indietro|dritto) (di |per |){it} (metri|metro|centimetri|passi)',
    '(vai|torna) (in|alla|al|nella|verso la) (cucina|porta|garage|giardino|ufficio|tavolo|finestra|bagno|letto|angolo)',
    '(gira|girati|ruota) (a sinistra|a destra|di {n} gradi|intorno|per favore)',
    '(aspetta|attendi|pausa) ({it} (secondi|minuti)|un momento|un attimo|per favore)',
    '(guarda|guardare) (in alto|in basso|a sinistra|a destra|dietro|avanti)',
    '(apri|chiudi) (la pinza|la mano|la porta|la finestra)',
    '(alza|abbassa) (il braccio|la testa)',
    '(ciao|buongiorno|buona sera|come stai|grazie mille|non capisco|dove sei|come ti chiami|arrivederci|accendi la luce|spegni la luce|vieni qui|andiamo|che ore sono|mi piace|va bene|dimmi ciao|sono stanco|fermati)',
  ]),
  language('portuguese', 1.2, [
    '(ande|vá|avance|recue|mova-se) (para frente |para trás |){pt} (metros|metro|centímetros|passos)',
    '(vá|volte|ande) (para a|para o|até a|até o) (cozinha|porta|garagem|jardim|escritório|mesa|janela|cama|banheiro)',
    '(vire|gire) (à esquerda|à direita|{n} graus|para a esquerda|por favor)',
    '(espere|aguarde) ({pt} (segundos|minutos)|um momento|por favor|um pouco)',
    '(olhe|olha) (para cima|para baixo|para a esquerda|para trás|em frente)',
    '(abra|feche) (a garra|a mão|a porta|a janela)',
    '(olá|bom dia|boa noite|tudo bem|como vai você|muito obrigado|não entendo|onde você está|até logo|acenda a luz|apague a luz|venha aqui|levante o braço|diga olá|vamos embora|que horas são)',
  ]),
  language('dutch', 1.5, [
    '(rij|ga|rijd|beweeg) {nl} (meter|centimeter|stappen) (vooruit|achteruit|naar voren|terug|rechtdoor)',
    '(ga|rij|loop) naar (de|het) (keuken|deur|garage|tuin|kantoor|tafel|raam|bank|slaapkamer|badkamer|gang|hoek)',
    '(draai|keer) (naar links|naar rechts|om|{n} graden|linksaf|je om|alsjeblieft)',
    '(wacht|pauzeer) ({nl} (seconden|minuten)|even|op mij|een moment)',
    '(kijk) (omhoog|naar beneden|naar links|naar rechts|achter je|vooruit)',
    '(doe|maak|open|sluit) (de grijper|je hand|de deur|het licht aan|het licht uit) (open|dicht|alsjeblieft)',
    '(hallo daar|goedemorgen|hoe gaat het|dank je wel|ik begrijp het niet|waar ben je|tot ziens|kom hier|zeg hallo|laten we gaan|hoe laat is het|ik ben moe|til je arm op|niet doen|het is mooi weer)',
  ]),
  language('polish', 1.2, [
    '(jedź|idź|przesuń się) (do przodu|do tyłu|naprzód) (o |){pl} (metry|metrów|metr|centymetrów|kroków)',
    '(jedź|idź|wróć) do (kuchni|drzwi|garażu|ogrodu|biura|stołu|okna|łazienki|łóżka)',
    '(skręć|obróć się) (w lewo|w prawo|o {n} stopni|proszę)',
    '(czekaj|poczekaj|zaczekaj) ({pl} (sekundy|sekund|minut)|chwilę|na mnie|proszę)',
    '(spójrz|popatrz) (w górę|w dół|w lewo|w prawo|za siebie)',
    '(otwórz|zamknij) (chwytak|rękę|drzwi|okno)',
    '(cześć|dzień dobry|dobranoc|jak się masz|dziękuję bardzo|nie rozumiem|gdzie jesteś|do widzenia|włącz światło|wyłącz światło|chodź tutaj|podnieś ramię|powiedz cześć|która godzina|dobra robota)',
  ]),
  language('other', 2, [
    '(kör|gå|åk) (framåt |bakåt |){sv} (meter|centimeter|steg)',
    '(sväng|vänd) (vänster|höger|till vänster|till höger|dig om|{n} grader)',
    '(vänta|titta|gå) ({sv} sekunder|uppåt|till köket|till dörren|bakåt|en stund|lite)',
    '(hej|god morgon|tack så mycket|hur mår du|jag förstår inte|tänd lampan|släck lampan|öppna handen|säg hej|kom hit|vad heter du|kør fremad to meter|drej til venstre|vent fem sekunder|hvordan går det|tusen takk|snu deg rundt|sving til høyre|gå til kjøkkenet|mange tak|aja eteenpäin kaksi metriä|käänny vasemmalle|odota viisi sekuntia|hyvää huomenta|kiitos paljon|mitä kuuluu)',
    '(ileri|geri) {tr} (metre|santimetre|adım) (git|ilerle|gel)',
    '(sola dön|sağa dön|{tr} saniye bekle|mutfağa git|kapıya git|yukarı bak|aşağı bak|elini aç|merhaba|nasılsın|teşekkür ederim|günaydın|ışığı aç|ışığı kapat|buraya gel|kolunu kaldır)',
    '(jeď dopředu dva metry|otoč se doleva|počkej pět sekund|dobrý den|jak se máš|děkuji|menj előre két métert|fordulj balra|várj öt másodpercet|jó napot|köszönöm|mergi înainte doi metri|întoarce-te la stânga|așteaptă cinci secunde|bună ziua|mulțumesc|vozi naprijed dva metra|skreni lijevo|pričekaj pet sekundi|dobar dan|hvala|maju dua meter|belok kiri|tunggu lima detik|selamat pagi|terima kasih|rẽ trái|đi thẳng hai mét|xin chào|cảm ơn|nenda mbele mita mbili|geuka kushoto|habari gani|asante sana|vade ad portam|salve magister|veni vidi vici|quo vadis|cogito ergo sum)',
    '(привет как дела|поверни налево|вперед два метра|前进两米|左に曲がって|こんにちは|안녕하세요|왼쪽으로 돌아|مرحبا|שלום|γεια σου|στρίψε αριστερά|नमस्ते|สวัสดี)',
  ]),
]
