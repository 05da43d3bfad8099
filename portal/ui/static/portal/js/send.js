/* Forms go by fetch: where it does not work out, the page stays, with what was typed and what to do. */
import { autosaveOf, saveAll } from './autosave.js'
import { csrf } from './dom.js'
import { draftOf } from './drafts.js'
import { has, names, savedOf, setSaved } from './fields.js'
import { button, note } from './note.js'
import { signInAgain, whoIsSignedIn } from './signin.js'
import { swap } from './swap.js'
import { word } from './words.js'

const LEAVING = 8000
const PLAIN = /^\/(accounts|admin)\//
const sending = new WeakSet()

const where = (form, submitter) => new URL(submitter?.getAttribute('formaction') || form.getAttribute('action') || location.href, location.href)
const goes = (form, to) => form.method === 'post' && !form.target && !form.matches('[data-plain]') &&
  !form.querySelector('[type=password]') && to.origin === location.origin && !PLAIN.test(to.pathname)

document.addEventListener('submit', (event) => {
  const to = where(event.target, event.submitter)
  if (event.defaultPrevented || !goes(event.target, to)) return
  event.preventDefault()
  once(event.target, event.submitter, to)
})

/* A double click is one. */
async function once (form, submitter, to) {
  if (sending.has(form)) return
  sending.add(form)
  form.setAttribute('aria-busy', 'true')
  form.querySelectorAll(':scope > .note[data-note=send]').forEach((old) => old.remove())
  // While the next page comes a click would send it again; a file that is downloaded leaves this page.
  try { await send(form, submitter, to) } finally { setTimeout(() => release(form), form.leaving ? LEAVING : 0) }
}

function release (form) {
  sending.delete(form)
  form.removeAttribute('aria-busy')
  form.leaving = false
}

async function send (form, submitter, to) {
  await saveAll(form)
  const autosave = autosaveOf(form)
  if (autosave && !(await autosave.ready())) return
  let answer = await post(form, submitter, to)
  if (answer?.headers.get('X-Trouble') === 'csrf') {
    await whoIsSignedIn() // brings a token
    answer = await post(form, submitter, to)
  }
  if (answer?.status === 401) {
    if (await signInAgain()) await send(form, submitter, to)
    return
  }
  await went(form, submitter, to, answer)
}

async function post (form, submitter, to) {
  const body = new FormData(form, submitter)
  body.set('csrfmiddlewaretoken', csrf())
  const headers = { 'X-CSRFToken': csrf(), 'X-Form': '1' }
  try { return await fetch(to, { method: 'POST', body, headers, credentials: 'same-origin', redirect: 'manual' }) } catch { return null }
}

async function went (form, submitter, to, answer) {
  if (!answer || answer.headers.get('X-Trouble')) {
    return stay(form, submitter, word(answer?.headers.get('X-Trouble') === 'person' ? 'other-person' : 'trouble'), !answer)
  }
  if (answer.type === 'opaqueredirect' || answer.status === 204) return goOn(form, answer.headers.get('X-Go'))
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  if (answer.status === 409 && autosaveOf(form) && formOf(page, to)) { await autosaveOf(form).overtaken(); return }
  const error = page.querySelector('[data-error-page]')
  if (error || !page.querySelector('main')) {
    const words = error ? [error.querySelector('h1'), error.querySelector('.lead')].map((part) => part.textContent.trim()) : [word('trouble')]
    return stay(form, submitter, words.join('. ').replace(/\.\. /g, '. '), answer.status >= 500)
  }
  show(form, page, to, answer)
}

/* The page stays as it is. */
function stay (form, submitter, title, again) {
  const buttons = again ? [button(word('again'), () => form.requestSubmit(submitter || undefined))] : []
  note(form, 'send', { title, buttons }).focus()
}

function goOn (form, to) {
  draftOf(form)?.forget()
  form.leaving = true
  const there = new URL(to || location.href, location.href)
  if (there.href.split('#')[0] === location.href.split('#')[0]) { location.hash = there.hash; location.reload() } else location.assign(there)
}

const pathOf = (form, to) => new URL(form.getAttribute('action') || to, location.href).pathname
const formOf = (page, to) => [...page.forms].find((form) => form.method === 'post' && pathOf(form, to) === to.pathname)

/* The answer is a page: the form with what was refused, what follows, or what came of it. */
function show (form, page, to, answer) {
  const bases = new Map([...names(form)].map((name) => [name, savedOf(form, name)]))
  const old = draftOf(form)
  const comesBack = Boolean(formOf(page, to))
  form.leaving = true
  swap(page)
  const shown = comesBack && formOf(document, to)
  if (!shown && answer.ok) old?.forget()
  if (!shown) return
  // What was sent is not on the server: its drafts begin with what the server had before.
  for (const [name, base] of bases) if (has(shown, name)) setSaved(shown, name, base)
  old?.forget()
  draftOf(shown)?.keep()
}

/* A page that the browser brings back whole is another rendering: what it sends is no double click. */
window.addEventListener('pageshow', (event) => {
  if (!event.persisted) return
  for (const form of document.forms) release(form)
  for (const mark of document.querySelectorAll('input[name=form-mark]')) {
    mark.value = `${mark.value.split('.')[0]}.${Math.random().toString(36).slice(2)}`
  }
})
