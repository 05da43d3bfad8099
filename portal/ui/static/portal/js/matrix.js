/* Matrix: one detail row at a time; an open cell closes on a second press or on Escape. */
export function closeCell (cell) {
  cell.setAttribute('aria-expanded', 'false')
  const detail = cell.closest('tr').nextElementSibling
  if (detail?.hasAttribute('data-detail')) detail.remove()
}

document.addEventListener('htmx:beforeRequest', (event) => {
  const cell = event.target.closest?.('[data-cell]')
  if (!cell) return
  const wasOpen = cell.getAttribute('aria-expanded') === 'true'
  cell.closest('table').querySelectorAll('[data-cell][aria-expanded="true"]').forEach(closeCell)
  if (wasOpen) event.preventDefault()
  else cell.setAttribute('aria-expanded', 'true')
})
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || document.querySelector('dialog[open], details.menu[open]')) return
  const cell = document.querySelector('[data-cell][aria-expanded="true"]')
  if (cell) { closeCell(cell); cell.focus() }
})
