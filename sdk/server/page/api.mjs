/**
 * Requests to the server that this page came from. A token, where one is needed, is asked for once and kept in the tab.
 * takes  a path, a body · gives  the answer's JSON; an Error with a sentence for people
 */
import { $, write } from './dom.mjs'

const key = 'lutra-token'
let asking

export function headers() {
  const token = stored()
  return token ? { authorization: `Bearer ${token}` } : {}
}

/** `timeout` in ms; the signal aborts as well. A 401 asks for the token; the request is sent again unless `once`. */
export async function call(method, path, { body, signal, timeout, once = false } = {}) {
  const signals = [signal, timeout ? AbortSignal.timeout(timeout) : undefined].filter(Boolean)
  for (;;) {
    const response = await fetch(path, {
      method,
      headers: { ...headers(), ...(method === 'POST' ? { 'content-type': 'application/json' } : {}) },
      body: method === 'POST' ? JSON.stringify(body ?? {}) : undefined,
      signal: AbortSignal.any(signals),
      cache: 'no-store',
      keepalive: once,
    })
    if (response.status === 401 && !once) {
      await askToken()
      continue
    }
    if (response.status === 401) void askToken()
    const answer = await response.text()
    let json
    try {
      json = JSON.parse(answer)
    } catch {
      json = undefined
    }
    if (response.ok) return json
    throw Object.assign(new Error(json?.error?.message ?? `the server answered ${response.status}`), {
      status: response.status,
    })
  }
}

/** Resolves when somebody has given a token. One question at a time, however many requests need it. */
export function askToken() {
  asking ??= new Promise((resolve) => {
    const dialog = $('token-dialog')
    const input = $('token')
    write($('token-text'), stored() ? 'The server does not take that token. Try another.' : $('token-text').textContent)
    const done = () => {
      const token = input.value.trim()
      // Escape closes a dialog; without a token there is nothing to see here, so it comes back.
      if (!token) return dialog.showModal()
      dialog.removeEventListener('close', done)
      input.value = ''
      store(token)
      asking = undefined
      resolve()
    }
    dialog.addEventListener('close', done)
    if (!dialog.open) dialog.showModal()
  })
  return asking
}

let kept
function stored() {
  try {
    return sessionStorage.getItem(key) ?? kept
  } catch {
    return kept
  }
}

/** A browser may forbid storage; then the token lives as long as the page. */
function store(token) {
  kept = token
  try {
    sessionStorage.setItem(key, token)
  } catch {}
}
