/* Local drafts: what was typed into a form and is not on the server yet. Offered, never written over newer text. */
import { beside } from './beside.js'
import { each } from './dom.js'
import { has, labelOf, same, savedOf, setSaved, setValue, touched, valueOf, wordsOf } from './fields.js'
import { button, note, paragraph } from './note.js'
import * as vault from './vault.js'
import { word } from './words.js'

const page = Math.random().toString(36).slice(2)
const started = new WeakMap()

export const draftOf = (form) => started.get(form)

class Draft {
  constructor (form) {
    this.form = form
    this.address = new URL(form.getAttribute('action') || location.href, location.href).pathname
    this.name = vault.nameOf(this.address, `${page}-${form.id}`)
    this.held = new Map()
    form.addEventListener('input', () => this.keep())
    form.addEventListener('change', () => this.keep())
    this.offer()
  }

  /* Writes what differs from the server's, with the server's own value; one writing at a time. */
  async keep () {
    const fields = [...new Set([...touched(this.form), ...this.held.keys()])]
    this.form.toggleAttribute('data-unsent', fields.length > 0)
    if (!vault.available) { this.say(); return }
    if (this.writing) { this.again = true; return }
    this.writing = true
    if (fields.length) await vault.write(this.name, this.content(fields))
    else vault.remove(this.name)
    this.writing = false
    if (this.again) { this.again = false; await this.keep() }
  }

  content (fields) {
    const isTouched = new Set(touched(this.form))
    const entries = fields.map((name) => [name, {
      ...(isTouched.has(name) ? { value: valueOf(this.form, name), base: savedOf(this.form, name) } : this.held.get(name)),
      label: labelOf(this.form, name)
    }])
    const revision = this.form.elements.revision?.value
    return { at: Date.now(), revision, title: document.title, page: location.pathname, fields: Object.fromEntries(entries) }
  }

  say () {
    if (this.said || !document.body.dataset.person) return
    this.said = true
    note(this.form, 'vault', { title: word('no-vault'), kind: 'wait', role: 'status' })
  }

  /* The server has these values now */
  async saved (values) {
    for (const [name, value] of values) setSaved(this.form, name, value)
    await this.keep()
  }

  forget () {
    this.form.removeAttribute('data-unsent')
    this.again = false
    vault.remove(this.name)
  }

  /* Drafts of earlier pages, and of other windows: what the server has meanwhile is forgotten */
  async offer () {
    const left = []
    for (const draft of await vault.drafts(this.address)) {
      if (draft.name === this.name) continue
      const unlike = (read) => Object.entries(draft.fields).filter(([name, field]) =>
        !has(this.form, name) || !same(field.value, read(this.form, name)))
      if (!unlike(savedOf).length) vault.remove(draft.name)
      else if (unlike(valueOf).length) left.push({ draft, open: unlike(valueOf) })
    }
    if (left.length) this.show(left)
    if (touched(this.form).length) this.keep() // the browser put it back by itself
  }

  show (left) {
    const lines = left.flatMap(({ draft, open }) => open.map(([name, field]) => {
      const line = paragraph('', 'beside-text')
      const label = document.createElement('b')
      label.textContent = `${field.label} (${new Date(draft.at).toLocaleString(document.documentElement.lang)}): `
      line.append(label, has(this.form, name) ? wordsOf(this.form, name, field.value) : field.value.join('; '))
      if (!has(this.form, name)) line.append(` ${word('no-field')}`)
      return line
    }))
    const drop = () => { left.forEach(({ draft }) => vault.remove(draft.name)); box.remove() }
    const buttons = [button(word('put-back'), async () => { await this.putBack(left); drop() }), button(word('discard'), drop, 'btn-quiet')]
    const box = note(this.form, 'draft', { title: word('draft'), lines, kind: 'wait', role: 'status', buttons })
  }

  /* The newest first; where the server's is newer than what the draft began with, both stand side by side */
  async putBack (left) {
    for (const { open } of left) {
      for (const [name, field] of open.filter(([found]) => has(this.form, found))) {
        const now = valueOf(this.form, name)
        // What was put back a moment ago is newer than an older draft of the same field
        const free = same(now, savedOf(this.form, name)) && same(now, field.base)
        if (free) setValue(this.form, name, field.value)
        else if (!same(now, field.value) && !this.held.has(name)) this.choose(name, now, field)
      }
    }
    await this.keep()
    this.form.dispatchEvent(new Event('input', { bubbles: true }))
  }

  /* Until it is chosen the field is not sent. Without `own` it is what stands in the field, typed on meanwhile or not */
  choose (name, saved, own, before = () => {}) {
    const mine = own || { value: valueOf(this.form, name), base: savedOf(this.form, name) }
    this.held.set(name, mine)
    return beside(this.form, name, saved, mine.value, (values, isOwn) => {
      this.held.delete(name)
      before()
      if (own || !isOwn) setValue(this.form, name, values)
      this.form.dispatchEvent(new Event('input', { bubbles: true }))
    })
  }
}

/* Every long text has it, and every form that saves itself; forms of accounts have passwords, and none. */
const kept = (form) => form.method === 'post' && !form.querySelector('[type=password]') && !form.matches('[data-plain], [data-no-draft]') &&
  (form.matches('[data-autosave]') || form.querySelector('textarea'))
each('form', (form) => { if (kept(form)) started.set(form, new Draft(form)) })
