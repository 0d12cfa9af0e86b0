/**
 * Live tokens, request by request, newest on top; and the log of requests with their speed.
 * takes  request, token, end, lost · gives  text for the eye at once, and by sentences for a screen reader
 */
import { $, clock, element, fixed, table, text, write } from './dom.mjs'

/** Requests that stay on the page, in full and as a line of the log; characters of one answer. */
const shown = 12
const logged = 60
const longest = 20_000
const border = /[.!?…]+["'”’)\]]*\s|[。！？]|\n/u

const requests = new Map()
let log

export const talkPanel = {
  event(one) {
    if (one.type === 'request') begin(one)
    else if (one.type === 'token') token(one)
    else if (one.type === 'end') end(one)
    else if (one.type === 'lost') lost(one)
  },

  clear() {
    requests.clear()
    log = undefined
    $('talk').replaceChildren(element('p', { class: 'none' }, 'Nothing was asked yet.'))
    $('requests').replaceChildren(element('p', { class: 'none' }, 'No request yet.'))
    $('spoken').replaceChildren()
  },
}

export function promptOf(request) {
  return requests.get(request)?.prompt
}

function begin({ at, request, kind, prompt }) {
  const out = element('p', { class: 'out' })
  const note = element('span', { class: 'note' }, 'waiting')
  const head = element('p', { class: 'prompt' }, element('b', {}, text(kind, 20)), ' ', text(prompt, 300), ' ', note)
  const block = element('article', {}, head, out)
  const entry = {
    prompt: text(prompt, 300),
    block,
    out,
    note,
    length: 0,
    next: 0,
    unsaid: '',
    row: logRow(at, kind, prompt),
  }
  requests.set(request, entry)
  $('talk').querySelector('.none')?.remove()
  $('talk').prepend(block)
  while ($('talk').childElementCount > shown) $('talk').lastElementChild.remove()
  // Only what nobody can see any more is forgotten.
  for (const [id, { block: old }] of requests) if (requests.size > shown && !old.isConnected) requests.delete(id)
}

function token({ request, index, text: piece }) {
  const entry = requests.get(request)
  if (!entry || typeof piece !== 'string') return
  if (index > entry.next) entry.out.append(element('span', { class: 'gap' }, ` … ${index - entry.next} not shown … `))
  entry.next = index + 1
  write(entry.note, `${entry.next} tokens`)
  if (entry.length > longest) return
  entry.length += piece.length
  const last = entry.out.lastChild
  if (last?.nodeType === Node.TEXT_NODE) last.appendData(piece)
  else entry.out.append(piece)
  speak(entry, piece)
}

function end({ request, reason, tokens, ttftMs, tokensPerSecond }) {
  const entry = requests.get(request)
  if (!entry) return
  speak(entry, '\n')
  write(entry.note, text(reason, 40))
  entry.block.dataset.ended = ''
  const [, , , count, first, speed, why] = entry.row.children
  write(count, String(tokens ?? '–'))
  write(first, fixed(ttftMs, 0))
  write(speed, fixed(tokensPerSecond, 1))
  write(why, text(reason, 60))
}

function lost({ events }) {
  $('talk').prepend(
    element('p', { class: 'gap' }, `${Number(events)} tokens and loads were left out: this page read too slowly`),
  )
}

/** Whole sentences, the last few of them, so that a screen reader is not handed letters. */
function speak(entry, piece) {
  entry.unsaid += piece
  for (let found = border.exec(entry.unsaid); found; found = border.exec(entry.unsaid)) {
    const end = found.index + found[0].length
    const sentence = entry.unsaid.slice(0, end).trim()
    entry.unsaid = entry.unsaid.slice(end)
    if (sentence) $('spoken').append(element('p', {}, sentence))
  }
  while ($('spoken').childElementCount > 20) $('spoken').firstElementChild.remove()
}

function logRow(at, kind, prompt) {
  if (!log) {
    log = table('Requests, newest first', ['time', 'kind', 'prompt', '#tokens', '#first, ms', '#tokens/s', 'ended'])
    $('requests').replaceChildren(log.root)
  }
  const row = log.row([clock(at), text(kind, 20), text(prompt, 160), '…', '…', '…', 'running'])
  log.body.prepend(row)
  while (log.body.childElementCount > logged) log.body.lastElementChild.remove()
  return row
}
