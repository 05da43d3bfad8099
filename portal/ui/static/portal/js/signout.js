/* Before signing out: text that is only on this device is offered to be sent; then none of it stays. */
import { dialog } from './dialog.js'
import { on } from './dom.js'
import { button, paragraph } from './note.js'
import { drafts, forgetAll } from './vault.js'
import { saveAll } from './autosave.js'
import { word } from './words.js'

on('submit', 'form[action$="/accounts/logout/"]', async (form, event) => {
  if (!document.body.dataset.person) return
  event.preventDefault()
  await saveAll()
  const left = await drafts()
  if (!left.length) { leave(form); return }
  const pages = new Map(left.map((draft) => [draft.page, draft.title]))
  const list = document.createElement('ul')
  for (const [page, title] of pages) {
    const link = document.createElement('a')
    link.href = page
    link.textContent = title
    const line = document.createElement('li')
    line.append(link)
    list.append(line)
  }
  const box = dialog(word('leaving'), [paragraph(word('leaving-what')), list],
    [button(word('stay'), () => box.close()), button(word('sign-out'), () => leave(form), 'btn-danger-plain')])
})

function leave (form) {
  forgetAll()
  for (const found of document.forms) found.leaving = true
  HTMLFormElement.prototype.submit.call(form)
}
