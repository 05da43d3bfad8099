/* Words of the page's language, kept in a template of the layout. */
const words = () => document.getElementById('words')

export const word = (name) =>
  words()?.content.querySelector(`[data-word="${name}"]`)?.textContent.trim().replace(/\s+/g, ' ') || ''

/* Addresses that the scripts need: "signIn", "session". */
export const address = (name) => words()?.dataset[name] || ''
