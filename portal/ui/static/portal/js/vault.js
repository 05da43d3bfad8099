/* What is typed and not sent, kept on the device: encrypted with the key that the person's pages carry. */
const PREFIX = 'preceptor:draft:'
const keys = (document.body.dataset.drafts || '').split(' ').filter(Boolean).map((named) => {
  const [owner, key] = named.split(':')
  return { owner, key }
})

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const base64 = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''))

function storage () { try { return window.localStorage } catch { return null } }

/* Not over a connection that is not secure, not in a browser that keeps nothing. */
export const available = Boolean(keys.length && window.crypto?.subtle && storage())

const imported = new Map()
function cipherKey (owner) {
  const found = keys.find((named) => named.owner === owner)
  if (!found) return null
  if (!imported.has(owner)) {
    imported.set(owner, crypto.subtle.importKey('raw', bytes(found.key), 'AES-GCM', false, ['encrypt', 'decrypt']))
  }
  return imported.get(owner)
}

export const nameOf = (address, page) => `${PREFIX}${keys[0]?.owner}:${address}#${page}`
const addressIn = (name) => name.slice(PREFIX.length).replace(/^[^:]*:/, '').replace(/#[^#]*$/, '')
const ownerIn = (name) => name.slice(PREFIX.length).split(':')[0]
const ours = (name) => name.startsWith(PREFIX) && keys.some((named) => named.owner === ownerIn(name))

export async function write (name, content) {
  if (!available) return
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const plain = new TextEncoder().encode(JSON.stringify(content))
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await cipherKey(ownerIn(name)), plain)
  try { storage().setItem(name, JSON.stringify({ iv: base64(iv), sealed: base64(sealed) })) } catch { /* full */ }
}

export function remove (name) { try { storage()?.removeItem(name) } catch { /* nothing is kept */ } }

async function open (name) {
  try {
    const { iv, sealed } = JSON.parse(storage().getItem(name))
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes(iv) }, await cipherKey(ownerIn(name)), bytes(sealed))
    return { ...JSON.parse(new TextDecoder().decode(plain)), name }
  } catch { return null }
}

/* The drafts of this person, of one address or of all, newest first. */
export async function drafts (address) {
  if (!available) return []
  const found = Object.keys(storage()).filter((name) => ours(name) && (!address || addressIn(name) === address))
  const opened = await Promise.all(found.map(open))
  return opened.filter(Boolean).sort((one, other) => other.at - one.at)
}

export function forgetAll () { for (const name of Object.keys(storage() || {})) if (ours(name)) remove(name) }
