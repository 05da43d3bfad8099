/* Two versions of one field, side by side, with a choice: nothing is dropped, nothing is written over. */
import { first, labelOf, wordsOf } from './fields.js'
import { button, paragraph } from './note.js'
import { word } from './words.js'

function version (title, text) {
  const made = document.createElement('div')
  const body = paragraph(text || word('nothing'), 'beside-text mb-0')
  made.append(paragraph(title, 'meta mb-1'), body)
  return made
}

/* `choose` gets the values that were chosen, and whether they are one's own as they stand. */
export function beside (form, name, saved, own, choose) {
  const control = first(form, name)
  const place = control.closest('fieldset, .field') || control
  place.parentElement.querySelectorAll(`:scope > [data-beside="${CSS.escape(name)}"]`).forEach((old) => old.remove())
  const box = document.createElement('div')
  box.className = 'beside'
  box.dataset.beside = name
  box.tabIndex = -1
  box.setAttribute('role', 'group')
  box.setAttribute('aria-label', `${word('two')}: ${labelOf(form, name)}`)
  const done = (values, isOwn = false) => () => { box.remove(); choose(values, isOwn); first(form, name)?.focus() }
  const pair = document.createElement('div')
  pair.className = 'two'
  pair.append(version(word('saved-now'), wordsOf(form, name, saved)), version(word('yours'), wordsOf(form, name, own)))
  const row = paragraph('', 'row-inline mb-0 mt-s')
  row.append(button(word('keep-saved'), done(saved)), button(word('keep-mine'), done(own, true)))
  const isText = control.matches('textarea') && saved[0]?.trim() && own[0]?.trim()
  if (isText) row.append(button(word('keep-both'), done([`${saved[0]}\n\n${own[0]}`])))
  box.append(paragraph(word('two'), 'note-title'), pair, row)
  place.before(box)
  return box
}
