/* What scrolls sideways can be reached with the keyboard. */
function name (scope) {
  scope.querySelectorAll('.scroll:not([tabindex])').forEach((box) => {
    if (box.scrollWidth <= box.clientWidth) return
    box.tabIndex = 0
    box.setAttribute('role', 'region')
    box.setAttribute('aria-label', box.querySelector('caption')?.textContent || document.title)
  })
}
name(document)
window.addEventListener('load', () => name(document))
window.addEventListener('resize', () => name(document))
document.addEventListener('htmx:afterSwap', (event) => name(event.detail.elt))
