/* The fields of a form by name: what they hold, and what the server had when the page was made (their defaults). */
const LEFT_OUT = ['hidden', 'password', 'file', 'submit', 'button', 'reset', 'image']

const counts = (control) => control.name && !LEFT_OUT.includes(control.type) && !control.readOnly &&
  !control.closest('[data-no-draft], [data-beside]')

const controls = (form, name) => [...form.elements].filter((control) => control.name === name && counts(control))
const checkable = (control) => control.type === 'radio' || control.type === 'checkbox'
const selected = (control, key) => [...control.options].filter((option) => option[key]).map((option) => option.value)

export const names = (form) => new Set([...form.elements].filter(counts).map((control) => control.name))
export const has = (form, name) => controls(form, name).length > 0
export const first = (form, name) => controls(form, name)[0]

export const valueOf = (form, name) => controls(form, name).flatMap((control) => {
  if (checkable(control)) return control.checked ? [control.value] : []
  return control.options ? selected(control, 'selected') : [control.value]
})

export const savedOf = (form, name) => controls(form, name).flatMap((control) => {
  if (checkable(control)) return control.defaultChecked ? [control.value] : []
  if (!control.options) return [control.defaultValue]
  const chosen = selected(control, 'defaultSelected')
  return chosen.length || control.multiple || !control.options.length ? chosen : [control.options[0].value]
})

/* Puts values in, and takes out what is not among them. */
export function setValue (form, name, values) {
  for (const control of controls(form, name)) {
    if (checkable(control)) control.checked = values.includes(control.value)
    else if (control.options) [...control.options].forEach((option) => { option.selected = values.includes(option.value) })
    else control.value = values[0] ?? ''
  }
}

/* Notes what the server has now; what stands in the field stays. */
export function setSaved (form, name, values) {
  const held = valueOf(form, name)
  for (const control of controls(form, name)) {
    if (checkable(control)) control.defaultChecked = values.includes(control.value)
    else if (control.options) [...control.options].forEach((option) => { option.defaultSelected = values.includes(option.value) })
    else control.defaultValue = values[0] ?? ''
  }
  setValue(form, name, held)
}

export const same = (one, other) => one.length === other.length && one.every((value, index) => value === other[index])
export const touched = (form) => [...names(form)].filter((name) => !same(valueOf(form, name), savedOf(form, name)))

/* What a field is called, and what its values are called, for people. */
const text = (element) => element?.textContent.trim().replace(/\s+/g, ' ') || ''
export function labelOf (form, name) {
  const control = first(form, name)
  const legend = control && checkable(control) && control.closest('fieldset')?.querySelector('legend')
  const part = control?.closest('section[aria-labelledby]')
  const title = part && text(document.getElementById(part.getAttribute('aria-labelledby')))
  return [title, text(legend || control?.labels?.[0])].filter(Boolean).join(': ') || name
}
export const wordsOf = (form, name, values) => values.map((value) => {
  const control = controls(form, name).find((found) => checkable(found) && found.value === value)
  const option = [...controls(form, name)[0]?.options || []].find((found) => found.value === value)
  return text(control?.labels?.[0] || option) || value
}).join('; ')
