/* Server trouble after an htmx request: said in place of the region, with a way to try again. */
import { csrf, icon } from './dom.js'
import { word } from './words.js'

document.addEventListener('htmx:configRequest', (event) => { event.detail.headers['X-CSRFToken'] = csrf() })

function trouble (event) {
  if (event.detail.xhr?.status === 401) return // led to the sign-in
  const source = event.detail.elt
  const target = event.detail.target || source
  source.closest('[data-cell]')?.setAttribute('aria-expanded', 'false')
  const note = document.createElement('div')
  note.className = 'note note-error'
  note.setAttribute('role', 'alert')
  const text = document.createElement('p')
  text.textContent = word('trouble')
  const again = document.createElement('button')
  again.type = 'button'
  again.className = 'btn btn-plain btn-sm'
  again.textContent = word('again')
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
