/* A chosen file is sent while the form is filled in ([data-upload]); the form then carries its code.
   What breaks goes on by itself when the network is back. Without this the file goes with the form. */
import { each } from './dom.js'

const PAUSES = [2000, 5000, 15000]
const PHONE_WAITS = 120000

class Upload {
  constructor (box) {
    this.box = box
    this.words = box.dataset
    this.staged = box.querySelector('[data-upload-staged]')
    this.code = this.staged.querySelector('input[type=hidden]')
    this.without = this.staged.querySelector('input[type=checkbox]')
    this.inputs = [...box.querySelectorAll('input[type=file]')]
    for (const input of this.inputs) input.addEventListener('change', () => this.chosen(input))
    box.closest('form')?.addEventListener('submit', () => this.stop())
    window.addEventListener('online', () => { if (this.waits) this.send() })
  }

  chosen (input) {
    this.stop()
    this.file = input.files[0]
    if (!this.file) return this.say('')
    this.input = input
    for (const other of this.inputs) if (other !== input) other.value = ''
    if (this.file.size > Number(this.words.limit)) {
      this.file = null
      input.value = ''
      return this.say(this.words.tooLarge)
    }
    this.tries = 0
    this.send()
  }

  /* One request at a time; who sends the form meanwhile sends the file with it */
  stop () {
    clearTimeout(this.timer)
    this.waits = false
    const request = this.request
    this.request = null
    request?.abort()
  }

  send () {
    this.stop()
    const request = this.request = new XMLHttpRequest()
    const mine = (act) => () => { if (this.request === request) act() }
    const data = new FormData()
    data.append('file', this.file)
    request.open('POST', this.words.upload)
    request.timeout = PHONE_WAITS
    request.setRequestHeader('Accept', 'application/json')
    request.setRequestHeader('X-Requested-With', 'XMLHttpRequest')
    request.setRequestHeader('X-CSRFToken', this.box.closest('form')?.elements.csrfmiddlewaretoken?.value || '')
    request.upload.addEventListener('progress', (event) => { if (this.request === request) this.sent(event) })
    request.addEventListener('load', mine(() => this.answered(request)))
    request.addEventListener('error', mine(() => this.broke()))
    request.addEventListener('timeout', mine(() => this.broke()))
    this.say(this.words.sending.replace('%d', 0), 0)
    request.send(data)
  }

  sent (event) {
    if (!event.lengthComputable) return
    const part = Math.round(100 * event.loaded / event.total)
    if (part < 100) this.say(this.words.sending.replace('%d', part), part)
    else this.say(this.words.checking)
  }

  answered (request) {
    this.request = null
    let answer = {}
    try { answer = JSON.parse(request.responseText) } catch { /* a page: signed out, or the server is in trouble */ }
    if (answer.code) return this.received(answer)
    if (!answer.error) return this.say(this.words.refused)
    this.input.value = ''
    this.say(answer.error)
  }

  received (answer) {
    this.code.value = answer.code
    this.without.checked = false
    this.staged.hidden = false
    for (const [part, text] of [['name', answer.file], ['meta', answer.meta], ['note', answer.note]]) {
      this.staged.querySelector(`[data-upload-${part}]`).textContent = text
    }
    this.input.value = ''
    this.say(this.words.received)
  }

  broke () {
    this.request = null
    this.waits = true
    this.say(this.words.broken)
    const pause = PAUSES[this.tries++]
    if (pause) { this.timer = setTimeout(() => this.send(), pause); return }
    const again = document.createElement('button')
    again.type = 'button'
    again.className = 'btn btn-plain btn-sm'
    again.textContent = this.words.again
    again.addEventListener('click', () => { this.tries = 0; this.send() })
    this.sign().append(again)
  }

  /* Words and, while bytes move, how far they are */
  say (text, part = null) {
    const sign = this.sign()
    if (part === null) sign.querySelector('progress')?.remove()
    else {
      const bar = sign.querySelector('progress') || sign.appendChild(document.createElement('progress'))
      bar.max = 100
      bar.value = part
      bar.setAttribute('aria-label', this.file.name)
    }
    sign.querySelector('button')?.remove()
    /* Every percent read aloud would be noise */
    sign.querySelector('[role=status]').setAttribute('aria-live', part === null ? 'polite' : 'off')
    sign.querySelector('[role=status]').textContent = text
  }

  sign () {
    let sign = this.box.querySelector('.upload-progress')
    if (!sign) {
      sign = document.createElement('div')
      sign.className = 'upload-progress'
      const text = document.createElement('span')
      text.setAttribute('role', 'status')
      sign.append(text)
      this.box.append(sign)
    }
    return sign
  }
}

each('[data-upload]', (box) => new Upload(box))
