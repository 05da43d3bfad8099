/* Puts a page that came as an answer in the place of the one that is shown. */
export function swap (page) {
  document.title = page.title
  for (const name of document.body.getAttributeNames()) document.body.removeAttribute(name)
  for (const { name, value } of page.body.attributes) document.body.setAttribute(name, value)
  const here = new Set([...document.scripts].map((script) => script.src))
  document.body.replaceChildren(...page.body.childNodes)
  for (const script of page.head.querySelectorAll('script[type=module][src]')) {
    if (here.has(script.src)) continue
    const made = document.createElement('script')
    made.type = 'module'
    made.src = script.src
    document.head.append(made)
  }
  window.htmx?.process(document.body)
  const focused = document.activeElement
  document.body.dispatchEvent(new CustomEvent('htmx:afterSwap', { bubbles: true, detail: { elt: document.body } }))
  if (document.activeElement !== focused && document.activeElement !== document.body) return
  window.scrollTo(0, 0)
  const heading = document.querySelector('h1')
  if (heading) { heading.tabIndex = -1; heading.focus() }
}
