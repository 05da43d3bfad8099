/* Buttons that print the page or copy a text. */
import { on } from './dom.js'

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
