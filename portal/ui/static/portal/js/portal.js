/* Everything the portal does in the browser, driven by data attributes. No inline scripts anywhere. */
(function () {
  'use strict'

  const root = document.documentElement
  root.classList.add('scripted')

  const on = (type, selector, act) => document.addEventListener(type, (event) => {
    const target = event.target instanceof Element ? event.target.closest(selector) : null
    if (target) act(target, event)
  })
  const two = (n) => String(n).padStart(2, '0')
  const now = () => { const d = new Date(); return `${two(d.getHours())}:${two(d.getMinutes())}` }
  const icon = (name) => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
    svg.setAttribute('class', 'ico')
    svg.setAttribute('aria-hidden', 'true')
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
    use.setAttribute('href', `#i-${name}`)
    svg.append(use)
    return svg
  }
  const csrf = () => {
    try { return JSON.parse(document.body.getAttribute('hx-headers') || '{}')['X-CSRFToken'] || '' } catch { return '' }
  }

  /* ---- focus: the error summary after a failed submit, or what a swap marks with data-focus ---- */
  function focusFirst (scope) {
    const target = scope.querySelector('[data-error-summary]') || scope.querySelector('[data-focus]')
    if (!target) return
    if (!target.matches('a, button, input, select, textarea, [tabindex]')) target.tabIndex = -1
    target.focus()
  }
  document.addEventListener('DOMContentLoaded', () => { focusFirst(document); start(document) })
  document.addEventListener('htmx:afterSwap', (event) => { focusFirst(event.detail.elt); start(event.detail.elt) })

  /* ---- menus and dialogs ---- */
  document.addEventListener('click', (event) => {
    document.querySelectorAll('details.menu[open]').forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false
    })
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    const menu = document.querySelector('details.menu[open]')
    if (menu) { menu.open = false; menu.querySelector('summary').focus() }
    const cell = document.querySelector('[data-cell][aria-expanded="true"]')
    if (cell && !document.querySelector('dialog[open]')) { closeCell(cell); cell.focus() }
  })
  on('click', '[data-dialog]', (button) => document.getElementById(button.dataset.dialog)?.showModal())
  on('click', 'dialog [data-close]', (button) => button.closest('dialog').close())
  on('click', 'dialog.dialog', (dialog, event) => { if (event.target === dialog) dialog.close() })

  /* A form that names what is lost, without a dialog of its own */
  let asked = null
  on('submit', 'form[data-confirm]', (form, event) => {
    if (asked === form) { asked = null; return }
    event.preventDefault()
    event.stopImmediatePropagation()
    const submitter = event.submitter
    ask(form.dataset.confirm, form.dataset.keep || 'Cancel', submitter ? submitter.textContent.trim() : 'OK', () => {
      asked = form
      form.requestSubmit(submitter || undefined)
    })
  })
  function ask (words, keep, verb, act) {
    const dialog = document.createElement('dialog')
    dialog.className = 'dialog'
    const body = document.createElement('div')
    body.className = 'dialog-body pt-4'
    body.id = 'confirm-words'
    body.textContent = words
    dialog.setAttribute('aria-labelledby', body.id)
    const foot = document.createElement('div')
    foot.className = 'dialog-foot'
    const button = (text, css) => {
      const made = document.createElement('button')
      made.type = 'button'
      made.className = `btn ${css}`
      made.textContent = text
      foot.append(made)
      return made
    }
    button(keep, 'btn-plain').addEventListener('click', () => dialog.close())
    button(verb, 'btn-danger-plain').addEventListener('click', () => { dialog.close(); act() })
    dialog.append(body, foot)
    dialog.addEventListener('close', () => dialog.remove())
    document.body.append(dialog)
    dialog.showModal()
  }

  on('click', '[data-print]', () => window.print())
  on('click', '[data-copy]', (button) => {
    navigator.clipboard?.writeText(button.dataset.copy).then(() => {
      const status = document.createElement('span')
      status.setAttribute('role', 'status')
      status.className = 'meta ms-2'
      status.textContent = button.dataset.copied || 'Copied'
      button.after(status)
      setTimeout(() => status.remove(), 3000)
    })
  })

  /* ---- matrix: one detail row at a time; the cell that is open closes on a second press ---- */
  function closeCell (cell) {
    cell.setAttribute('aria-expanded', 'false')
    const detail = cell.closest('tr').nextElementSibling
    if (detail?.hasAttribute('data-detail')) detail.remove()
  }
  document.addEventListener('htmx:beforeRequest', (event) => {
    const cell = event.target.closest?.('[data-cell]')
    if (!cell) return
    const wasOpen = cell.getAttribute('aria-expanded') === 'true'
    cell.closest('table').querySelectorAll('[data-cell][aria-expanded="true"]').forEach(closeCell)
    if (wasOpen) event.preventDefault()
    else cell.setAttribute('aria-expanded', 'true')
  })

  /* ---- server trouble: said in place of the region, with a way to try again ---- */
  function trouble (event) {
    const source = event.detail.elt
    const target = event.detail.target || source
    source.closest('[data-cell]')?.setAttribute('aria-expanded', 'false')
    const words = document.body.dataset
    const note = document.createElement('div')
    note.className = 'note note-error'
    note.setAttribute('role', 'alert')
    const text = document.createElement('p')
    text.textContent = words.trouble || 'The server did not answer. What you typed is still here.'
    const again = document.createElement('button')
    again.type = 'button'
    again.className = 'btn btn-plain btn-sm'
    again.textContent = words.again || 'Try again'
    again.addEventListener('click', () => {
      note.remove()
      if (source.matches('form')) source.requestSubmit()
      else window.htmx.trigger(source, 'click')
    })
    const part = document.createElement('div')
    part.append(text, again)
    note.append(icon('overdue'), part)
    document.querySelectorAll('.note[data-trouble]').forEach((old) => old.remove())
    note.dataset.trouble = ''
    const place = target.closest('table')?.closest('.scroll') || target
    place.before(note)
  }
  document.addEventListener('htmx:responseError', trouble)
  document.addEventListener('htmx:sendError', trouble)

  /* ---- autosave ---- */
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

  /* ---- quiz: letters choose, Enter goes on, F flags; never inside a text field ---- */
  function quizKeys (form) {
    const off = () => { try { return localStorage.getItem('preceptor:quiz-keys') === 'off' } catch { return false } }
    const toggle = form.querySelector('[data-keys-toggle]')
    if (toggle) {
      toggle.checked = !off()
      toggle.addEventListener('change', () => {
        try { localStorage.setItem('preceptor:quiz-keys', toggle.checked ? 'on' : 'off') } catch { /* not kept */ }
      })
    }
    document.addEventListener('keydown', (event) => {
      if (off() || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return
      if (event.target.matches('textarea, select, input:not([type=radio]):not([type=checkbox])')) return
      const choice = form.querySelector(`input[data-key="${CSS.escape(event.key.toUpperCase())}"]`)
      if (choice) { choice.click(); choice.focus(); event.preventDefault() }
      else if (event.key.toUpperCase() === 'F') { form.querySelector('[data-flag]')?.click(); event.preventDefault() }
      else if (event.key === 'Enter' && !event.target.matches('a, button, summary')) {
        const next = form.querySelector('[data-next]')
        if (next) { event.preventDefault(); next.click() }
      }
    })
  }

  /* ---- timer: the server decides; this only shows. Said aloud at five minutes and at one ---- */
  function timer (box) {
    const end = Date.now() + Number(box.dataset.seconds) * 1000
    const shown = box.querySelector('[data-clock] b')
    const says = box.querySelector('[data-clock-says]')
    const toggle = box.querySelector('[data-clock-toggle]')
    const clock = box.querySelector('[data-clock]')
    let last = Infinity
    toggle?.addEventListener('click', () => {
      clock.hidden = !clock.hidden
      toggle.textContent = clock.hidden ? toggle.dataset.show : toggle.dataset.hide
    })
    const tick = () => {
      const left = Math.max(0, Math.round((end - Date.now()) / 1000))
      if (shown) shown.textContent = `${Math.floor(left / 60)}:${two(left % 60)}`
      if (left <= 300 && last > 300 && last !== Infinity) says.textContent = box.dataset.minutes.replace('%n', '5')
      if (left <= 60 && last > 60 && last !== Infinity) says.textContent = box.dataset.minute
      last = left
      if (left === 0) { clearInterval(run); box.dispatchEvent(new CustomEvent('portal:time', { bubbles: true })) }
    }
    const run = setInterval(tick, 1000)
    tick()
  }
  /* A quiz that runs out hands itself in; the server accepts what was saved before the end */
  document.addEventListener('portal:time', () => document.querySelector('form[data-hand-in]')?.requestSubmit())

  /* What scrolls sideways can be reached with the keyboard */
  function scrollers (scope) {
    scope.querySelectorAll('.scroll:not([tabindex])').forEach((box) => {
      if (box.scrollWidth <= box.clientWidth) return
      box.tabIndex = 0
      box.setAttribute('role', 'region')
      box.setAttribute('aria-label', box.querySelector('caption')?.textContent || document.title)
    })
  }
  window.addEventListener('resize', () => scrollers(document))

  /* Each behavior starts once per element; one element may have several */
  const started = new Map()
  function each (scope, selector, act) {
    if (!started.has(selector)) started.set(selector, new WeakSet())
    const seen = started.get(selector)
    const found = [...scope.querySelectorAll(selector)]
    if (scope instanceof Element && scope.matches(selector)) found.push(scope)
    found.forEach((element) => { if (!seen.has(element)) { seen.add(element); act(element) } })
  }
  function start (scope) {
    each(scope, 'form[data-autosave]', (form) => new Autosave(form))
    each(scope, 'form[data-quiz-keys]', quizKeys)
    each(scope, '[data-seconds]', timer)
    scrollers(scope)
    /* Outlines are folded on phones only */
    if (window.matchMedia('(min-width: 62rem)').matches) each(scope, 'details.fold', (fold) => { fold.open = true })
  }
})()
