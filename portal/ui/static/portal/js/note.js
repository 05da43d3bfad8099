/* Notes and buttons that scripts put on the page. */
import { icon } from './dom.js'

export function button (words, act, css = 'btn-plain') {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = `btn btn-sm ${css}`
  made.textContent = words
  made.addEventListener('click', act)
  return made
}

export function paragraph (words, css = '') {
  const made = document.createElement('p')
  made.className = css
  made.textContent = words
  return made
}

/* A note with a title, lines and buttons; `key` tells which one it takes the place of. */
export function note (place, key, { title, lines = [], buttons = [], kind = 'error', role = 'alert' }) {
  place.querySelectorAll(`:scope > .note[data-note="${key}"]`).forEach((old) => old.remove())
  const made = document.createElement('div')
  made.className = `note note-${kind}`
  made.dataset.note = key
  made.tabIndex = -1
  if (role) made.setAttribute('role', role)
  const body = document.createElement('div')
  body.append(paragraph(title, 'note-title'), ...lines)
  if (buttons.length) {
    const row = document.createElement('p')
    row.className = 'row-inline mb-0'
    row.append(...buttons)
    body.append(row)
  }
  made.append(icon(kind === 'error' ? 'overdue' : 'clock'), body)
  place.prepend(made)
  return made
}
