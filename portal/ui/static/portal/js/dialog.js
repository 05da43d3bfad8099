/* A dialog made by a script: a title, lines, buttons. */
export function dialog (title, lines, buttons) {
  const made = document.createElement('dialog')
  made.className = 'dialog'
  const head = document.createElement('div')
  head.className = 'dialog-head'
  const heading = document.createElement('h2')
  heading.id = 'made-dialog-title'
  heading.textContent = title
  head.append(heading)
  const body = document.createElement('div')
  body.className = 'dialog-body'
  body.append(...lines)
  const foot = document.createElement('div')
  foot.className = 'dialog-foot'
  foot.append(...buttons)
  made.setAttribute('aria-labelledby', heading.id)
  made.append(head, body, foot)
  made.addEventListener('close', () => made.remove())
  document.body.append(made)
  made.showModal()
  return made
}
