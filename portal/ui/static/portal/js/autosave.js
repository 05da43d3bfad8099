/* Autosave: posts a form by itself; what could not be sent is kept on the device and comes back. */
import { csrf, each, icon, now } from './dom.js'

const PAUSE = 900
const RETRY = [3000, 6000, 12000, 30000]

class Autosave {
  constructor (form) {
    this.form = form
    this.address = form.dataset.autosave || form.action
    this.key = `preceptor:${document.body.dataset.person || ''}:${this.address}`
    this.signs = [...document.querySelectorAll('[data-saved]')].filter((sign) =>
      form.contains(sign) || sign.dataset.for === form.id || !sign.closest('form'))
    this.tries = 0
    this.restore()
    form.addEventListener('input', () => this.touched())
    form.addEventListener('change', () => this.touched())
    form.addEventListener('submit', (event) => {
      clearTimeout(this.timer)
      /* A save on its way would make this one look like another window's: let it land first */
      if (this.saving) { event.preventDefault(); this.waiting = { by: event.submitter }; return }
      this.leaving = true
      this.forget()
    })
    window.addEventListener('online', () => { if (this.dirty) this.save() })
    document.addEventListener('visibilitychange', () => { if (document.hidden && this.dirty) this.save() })
    window.addEventListener('beforeunload', (event) => {
      if (this.dirty && !this.leaving) event.preventDefault()
    })
  }

  /* What was typed and never reached the server comes back, empty fields only */
  restore () {
    const kept = this.read()
    if (!kept) return
    for (const [name, value] of kept) {
      for (const field of this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === 'radio' || field.type === 'checkbox') { if (field.value === value) field.checked = true }
        else if (field.type !== 'hidden' && field.type !== 'file') field.value = value
      }
    }
    this.touched()
  }

  read () { try { return JSON.parse(localStorage.getItem(this.key)) } catch { return null } }
  keep () {
    const pairs = [...new FormData(this.form)].filter(([name, value]) =>
      typeof value === 'string' && !name.startsWith('csrf') && !this.form.elements[name]?.matches?.('[type=password], [type=hidden]'))
    try { localStorage.setItem(this.key, JSON.stringify(pairs)) } catch { /* private mode: the server copy must do */ }
  }
  forget () { try { localStorage.removeItem(this.key) } catch { /* as above */ } }

  touched () {
    this.dirty = true
    this.version = (this.version || 0) + 1
    this.keep()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.save(), PAUSE)
  }

  async save () {
    if (this.saving) { this.again = true; return }
    clearTimeout(this.timer)
    this.saving = true
    this.say('saving')
    const version = this.version
    let answer = null
    try {
      answer = await fetch(this.address, {
        method: 'POST',
        body: new FormData(this.form),
        headers: { 'X-CSRFToken': csrf(), 'X-Autosave': '1', 'HX-Request': 'true' },
        credentials: 'same-origin',
        redirect: 'manual'
      })
    } catch { /* offline: handled below */ }
    this.saving = false
    const revision = answer?.ok && answer.headers.get('X-Revision')
    if (revision && this.form.elements.revision) this.form.elements.revision.value = revision
    if (this.waiting) {
      const { by } = this.waiting
      this.waiting = null
      this.again = false
      this.form.requestSubmit(by)
      return
    }
    if (answer?.ok) this.done(version, answer.headers.get('X-Saved'))
    else if (answer && answer.status >= 400 && answer.status < 500) this.say('refused')
    else this.failed()
    if (this.again) { this.again = false; this.save() }
  }

  /* The server says when, in its own time zone */
  done (version, at) {
    this.tries = 0
    if (version === this.version) { this.dirty = false; this.forget() }
    this.say('done', at)
    this.form.dispatchEvent(new CustomEvent('portal:saved', { bubbles: true }))
  }

  failed () {
    this.say('failed')
    this.timer = setTimeout(() => this.save(), RETRY[Math.min(this.tries++, RETRY.length - 1)])
  }

  say (what, at) {
    for (const sign of this.signs) {
      const words = what === 'done' ? `${sign.dataset.done} ${at || now()}` : sign.dataset[what]
      sign.dataset.state = what === 'refused' ? 'failed' : what === 'done' ? 'saved' : what
      sign.replaceChildren(icon({ saving: 'clock', done: 'met' }[what] || 'overdue'), words)
    }
  }
}

each('form[data-autosave]', (form) => new Autosave(form)) // eslint-disable-line no-new
