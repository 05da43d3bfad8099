/* Dialogs: data-dialog opens, data-close or a click beside it closes; data-confirm asks before a form is sent. */
import { on } from './dom.js'

on('click', '[data-dialog]', (button) => document.getElementById(button.dataset.dialog)?.showModal())
on('click', 'dialog [data-close]', (button) => button.closest('dialog').close())
on('click', 'dialog.dialog', (dialog, event) => { if (event.target === dialog) dialog.close() })

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
