/* Focus: the first field at fault, else the summary of what is, or what a swap marks with data-focus. */
function focusFirst (scope) {
  const fault = scope.querySelector('main [aria-invalid=true]:not([type=hidden]), main .is-invalid input')
  const target = fault || scope.querySelector('[data-error-summary]') || scope.querySelector('[data-focus]')
  if (!target) return
  for (let fold = target.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true
  if (!target.matches('a, button, input, select, textarea, [tabindex]')) target.tabIndex = -1
  target.focus()
}

focusFirst(document)
document.addEventListener('htmx:afterSwap', (event) => focusFirst(event.detail.elt))
