/* Autosave: posts the fields that were touched, by itself; what could not be sent is a draft on the device. */
import { draftOf } from './drafts.js'
import { csrf, each, icon, now } from './dom.js'
import { has, names, same, savedOf, setSaved, setValue, touched, valueOf } from './fields.js'
import { note } from './note.js'
import { signInAgain } from './signin.js'
import { word } from './words.js'

const PAUSE = 900
const RETRY = [3000, 6000, 12000, 30000]
const started = new WeakMap()

export const autosaveOf = (form) => started.get(form)

/* Everything on the page that saves itself and has something to save. */
export const saveAll = (but) => Promise.all([...document.querySelectorAll('form[data-autosave]')]
  .filter((form) => form !== but).map((form) => started.get(form)?.flush()))

class Autosave {
  constructor (form) {
    this.form = form
    this.address = form.dataset.autosave || form.getAttribute('action') || location.href
    this.signs = [...document.querySelectorAll('[data-saved]')].filter((sign) =>
      form.contains(sign) || sign.dataset.for === form.id || !sign.closest('form'))
    this.tries = 0
    form.addEventListener('input', () => this.touched())
    form.addEventListener('change', () => this.touched())
    window.addEventListener('online', () => this.save())
    document.addEventListener('visibilitychange', () => { if (document.hidden) this.save() })
    window.addEventListener('beforeunload', (event) => {
      if (form.isConnected && !form.leaving && this.unsent().length) event.preventDefault()
    })
  }

  /* Touched, and not waiting for a choice */
  unsent () { return touched(this.form).filter((name) => !draftOf(this.form)?.held.has(name)) }

  touched () {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.save(), PAUSE)
  }

  /* Saves now, and again what was typed meanwhile. Resolves with true when the server has it all. */
  async flush () {
    while (this.saving) await this.saving
    return !this.unsent().length || (await this.save())
  }

  /* The same, before the form is sent; a choice that is open comes first */
  async ready () {
    const open = this.form.querySelector('[data-beside]')
    if (open) { open.focus(); return false }
    return this.flush()
  }

  save () {
    clearTimeout(this.timer)
    if (!this.form.isConnected || !this.unsent().length) return this.saving || Promise.resolve(true)
    if (this.saving) return this.saving.then(() => this.save())
    this.saving = this.send().finally(() => { this.saving = null })
    return this.saving
  }

  async send () {
    const values = new Map(this.unsent().map((name) => [name, valueOf(this.form, name)]))
    this.say('saving')
    const answer = await this.post(values)
    if (answer?.ok) return this.done(values, answer)
    if (answer?.status === 401) { this.say('failed'); return (await signInAgain()) ? this.send() : false }
    if (answer?.status === 403 || answer?.status === 404) return this.refused(word('not-done'))
    if (answer?.headers.get('X-Trouble') === 'person') return this.refused(word('other-person'))
    const said = answer && answer.status < 500 ? (await answer.json().catch(() => ({}))).error || word('not-done') : ''
    if (answer?.status === 409) return this.overtaken(said)
    if (said) return this.refused(said)
    return this.failed()
  }

  async post (values) {
    const body = new FormData()
    for (const hidden of this.form.querySelectorAll('input[type=hidden]')) body.append(hidden.name, hidden.value)
    for (const [name, list] of values) list.forEach((value) => body.append(name, value))
    const headers = { 'X-CSRFToken': csrf(), 'X-Autosave': '1' }
    body.set('csrfmiddlewaretoken', csrf())
    try {
      return await fetch(this.address, { method: 'POST', body, headers, credentials: 'same-origin', redirect: 'manual' })
    } catch { return null } // offline
  }

  /* The server says when, in its own time zone */
  async done (values, answer) {
    this.tries = 0
    const revision = answer.headers.get('X-Revision')
    if (revision !== null && this.form.elements.revision) this.form.elements.revision.value = revision
    await draftOf(this.form)?.saved(values)
    this.say('done', answer.headers.get('X-Saved'))
    this.form.dispatchEvent(new CustomEvent('portal:saved', { bubbles: true }))
    if (this.unsent().length) this.touched()
    return true
  }

  failed () {
    this.say('failed')
    this.timer = setTimeout(() => this.save(), RETRY[Math.min(this.tries++, RETRY.length - 1)])
    return false
  }

  refused (words) {
    this.say('refused', words)
    return false
  }

  /* Saved from another window, or device: its text comes in where nothing was typed here; else both stand side by side */
  async overtaken (said = '') {
    const fresh = await this.fresh()
    if (!fresh) { note(this.form, 'overtaken', { title: said || word('not-done') }); return this.refused() }
    let open = false
    for (const name of names(this.form)) {
      if (!has(fresh, name)) continue
      const theirs = savedOf(fresh, name)
      const [own, base] = [valueOf(this.form, name), savedOf(this.form, name)]
      if (same(own, base)) { setSaved(this.form, name, theirs); setValue(this.form, name, theirs) }
      else if (same(theirs, base) || same(theirs, own)) setSaved(this.form, name, theirs)
      else {
        open = true
        draftOf(this.form).choose(name, theirs, null, () => setSaved(this.form, name, theirs))
      }
    }
    for (const hidden of fresh.querySelectorAll('input[name=revision]')) this.form.elements.revision.value = hidden.value
    note(this.form, 'overtaken', { title: word('overtaken') })
    this.refused(word(open ? 'two' : 'overtaken'))
    await draftOf(this.form)?.keep()
    if (this.unsent().length) this.touched()
    return false
  }

  async fresh () {
    try {
      const answer = await fetch(location.href, { credentials: 'same-origin' })
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      return [...page.forms].find((form) => form.getAttribute('action') === this.form.getAttribute('action') &&
        (!this.form.id || form.id === this.form.id))
    } catch { return null }
  }

  say (what, more) {
    for (const sign of this.signs) {
      const words = what === 'done' ? `${sign.dataset.done} ${more || now()}` : (what === 'refused' && more) || sign.dataset[what]
      sign.dataset.state = what === 'refused' ? 'failed' : what === 'done' ? 'saved' : what
      sign.replaceChildren(icon({ saving: 'clock', done: 'met' }[what] || 'overdue'), words)
    }
  }
}

each('form[data-autosave]', (form) => started.set(form, new Autosave(form)))
