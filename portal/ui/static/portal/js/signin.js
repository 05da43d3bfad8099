/* Signing in again beside a page that stays open; and, while somebody writes, keeping the session from ending. */
import { dialog } from './dialog.js'
import { on } from './dom.js'
import { button, paragraph } from './note.js'
import { address, word } from './words.js'

const PERSON = document.body.dataset.person || ''
const WRITING = 4 * 60 * 1000
const channel = 'BroadcastChannel' in window ? new BroadcastChannel('preceptor:signed-in') : null

/* The window that was opened to sign in says so to the pages that wait. */
if (document.querySelector('[data-signed-in]')) channel?.postMessage('')

/* Whose session it is now; the answer also brings a token. */
export async function whoIsSignedIn (headers = {}) {
  try {
    const answer = await fetch(address('session'), { headers, credentials: 'same-origin' })
    return answer.ok ? (await answer.json()).person : null
  } catch { return null }
}

let open = null

/* Resolves with true when the same person is signed in again, with false when it is left for later. */
export function signInAgain () {
  open ||= ask().finally(() => { open = null })
  return open
}

function ask () {
  const said = paragraph('', 'mb-0')
  said.setAttribute('role', 'status')
  const link = document.createElement('a')
  link.className = 'btn btn-primary'
  link.target = '_blank'
  link.href = address('signIn')
  link.textContent = word('sign-in')
  return new Promise((resolve) => {
    let is = false
    const check = async (silent) => {
      const person = await whoIsSignedIn()
      if (person === PERSON) { is = true; box.close() } else if (person) said.textContent = word('other-person')
      else if (silent !== true) said.textContent = word('not-yet')
    }
    const quietly = () => check(true)
    const box = dialog(word('out'), [paragraph(word('out-what')), said],
      [button(word('later'), () => box.close(), 'btn-quiet'), button(word('go-on'), check), link])
    channel?.addEventListener('message', quietly)
    window.addEventListener('focus', quietly)
    box.addEventListener('close', () => {
      channel?.removeEventListener('message', quietly)
      window.removeEventListener('focus', quietly)
      resolve(is)
    })
  })
}

/* A part of the page that htmx asked for without a session: the page stays while text on it is not sent. */
document.addEventListener('htmx:beforeOnLoad', (event) => {
  if (event.detail.xhr.status !== 401 || !document.querySelector('[data-unsent]')) return
  event.preventDefault()
  signInAgain()
})

let said = Date.now()
on('input', 'form', () => {
  if (!PERSON || Date.now() - said < WRITING) return
  said = Date.now()
  whoIsSignedIn({ 'X-Writing': '1' })
})
