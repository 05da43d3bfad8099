/* Sign-in by passkey: shown only where the browser knows passkeys; says what to do when none is found. */
import { each } from './dom.js'

each('[data-passkey]', (box) => {
  if (!window.PublicKeyCredential) return
  box.hidden = false
  const says = box.querySelector('[role=status]')
  box.querySelector('button').addEventListener('click', () => { says.textContent = '' })
  // The browser found none for this address, or the person left its dialog: both come as this event.
  document.addEventListener('allauth.error', (event) => {
    event.preventDefault()
    says.textContent = box.dataset.none
  })
})
