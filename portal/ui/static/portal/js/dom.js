/* Small helpers that the behaviors share. */

/* Listens once, at the document, for events at elements that match, now or later. */
export const on = (type, selector, act) => document.addEventListener(type, (event) => {
  const target = event.target instanceof Element ? event.target.closest(selector) : null
  if (target) act(target, event)
})

/* Starts a behavior once for each element that matches, now and in what htmx swaps in. */
export function each (selector, start) {
  const started = new WeakSet()
  const look = (scope) => {
    const found = [...scope.querySelectorAll(selector)]
    if (scope.matches?.(selector)) found.unshift(scope)
    for (const element of found) {
      if (started.has(element)) continue
      started.add(element)
      start(element)
    }
  }
  look(document)
  document.addEventListener('htmx:afterSwap', (event) => look(event.detail.elt))
}

export function icon (name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('class', 'ico')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  use.setAttribute('href', `#i-${name}`)
  svg.append(use)
  return svg
}

/* The token of now: that of the page is old after a sign-in beside it. */
export const csrf = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] || ''

const two = (n) => String(n).padStart(2, '0')
export const now = () => { const d = new Date(); return `${two(d.getHours())}:${two(d.getMinutes())}` }
