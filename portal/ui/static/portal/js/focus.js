/* Focus: the error summary after a failed submit, or what a swap marks with data-focus. */
function focusFirst (scope) {
  const target = scope.querySelector('[data-error-summary]') || scope.querySelector('[data-focus]')
  if (!target) return
  if (!target.matches('a, button, input, select, textarea, [tabindex]')) target.tabIndex = -1
  target.focus()
}

focusFirst(document)
document.addEventListener('htmx:afterSwap', (event) => focusFirst(event.detail.elt))
