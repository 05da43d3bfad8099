/* Quiz: letters choose, Enter goes on, F flags; never inside a text field, and they can be switched off. */
import { each } from './dom.js'

const KEY = 'preceptor:quiz-keys'
const off = () => { try { return localStorage.getItem(KEY) === 'off' } catch { return false } }

each('form[data-quiz-keys]', (form) => {
  const toggle = form.querySelector('[data-keys-toggle]')
  if (toggle) {
    toggle.checked = !off()
    toggle.addEventListener('change', () => {
      try { localStorage.setItem(KEY, toggle.checked ? 'on' : 'off') } catch { /* not kept */ }
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
})
