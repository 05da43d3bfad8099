/* Videos go on where they were left: the place is kept on the server while one watches. */
import { csrf, each } from '../portal/js/dom.js'

const EVERY = 10000

function say (sign, state, at) {
  if (!sign) return
  const words = state === 'saved' ? `${sign.dataset.done} ${at}` : sign.dataset.failed
  const text = [...sign.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
  if (text) text.textContent = words
  else sign.append(words)
  sign.dataset.state = state
}

function watch (video, sheet) {
  const sign = sheet.querySelector('[data-saved]')
  const left = Number(video.dataset.at)
  let kept = left
  let sent = 0
  const resume = () => {
    if (left > 0 && left < video.duration - 3) video.currentTime = left
  }
  if (video.readyState > 0) resume()
  else video.addEventListener('loadedmetadata', resume, { once: true })

  async function keep () {
    const at = Math.floor(video.ended ? 0 : video.currentTime)
    if (at === kept) return
    kept = at
    sent = Date.now()
    const body = new FormData()
    body.append(video.dataset.video, String(at))
    try {
      const answer = await fetch(sheet.dataset.positions, {
        method: 'POST', body, headers: { 'X-CSRFToken': csrf() }, credentials: 'same-origin', keepalive: true
      })
      if (answer.ok) say(sign, 'saved', answer.headers.get('X-Saved') || '')
    } catch { say(sign, 'failed') }
  }
  video.addEventListener('timeupdate', () => { if (Date.now() - sent > EVERY) keep() })
  video.addEventListener('pause', keep)
  video.addEventListener('ended', keep)
  document.addEventListener('visibilitychange', () => { if (document.hidden) keep() })
}

each('[data-positions]', (sheet) => {
  sheet.querySelectorAll('video[data-video]').forEach((video) => watch(video, sheet))
})
