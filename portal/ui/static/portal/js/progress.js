/* The outline beside a long form (data-progress="id of the form"): its rings fill as sections are answered. */
import { each, icon } from './dom.js'

const answered = (part) => part.querySelector('input[type=radio]')
  ? part.querySelector('input[type=radio]:checked') !== null
  : [...part.querySelectorAll('textarea')].some((area) => area.value.trim())

each('[data-progress]', (nav) => {
  const form = document.getElementById(nav.dataset.progress)
  if (!form) return
  const show = (link) => {
    const section = form.querySelector(`[aria-labelledby="${CSS.escape(link.hash.slice(1))}"]`)
    const parts = [...section?.querySelectorAll('.comp') || []].filter((part) => part.querySelector('input, textarea'))
    if (!parts.length) return
    const done = parts.filter(answered).length
    const all = done === parts.length
    link.closest('li').classList.toggle('done', all)
    link.querySelector('.ico').replaceWith(icon(all ? 'done' : 'todo'))
    link.querySelector('.meta').textContent = nav.dataset.of.replace('%d', done).replace('%d', parts.length)
  }
  const update = () => nav.querySelectorAll('a[href^="#"]').forEach(show)
  form.addEventListener('input', update)
  form.addEventListener('change', update)
  update()
})
